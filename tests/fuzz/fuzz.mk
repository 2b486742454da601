# fuzz.mk — libFuzzer over everything that reads what others send. Included by the Makefile.
#
#   make fuzz SECONDS=1800 TARGETS="json intake"   both may be left out: ten seconds of each
#   make fuzz-coverage                             how much of the decoders the corpora reach

FUZZ_SERVICES := $(filter-out broker,$(SERVICES))
FUZZ_DECODERS := envelope broker json catalogue gateway portal tokens config
FUZZ_PROGRAMS := $(FUZZ_SERVICES:%=$(BUILD)/targets/%) $(FUZZ_DECODERS:%=$(BUILD)/targets/%) $(BUILD)/targets/motcua-draw.so

.PHONY: fuzz fuzz-programs fuzz-coverage

# Two at once: they are meant to fill the cores.
fuzz: deps
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=fuzz fuzz-programs
	@$(PYTHON) tests/fuzz/run.py --seconds $(or $(SECONDS),10) $(TARGETS)

fuzz-coverage: deps
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=coverage fuzz-programs
	@$(PYTHON) tests/fuzz/coverage.py $(TARGETS)

fuzz-programs: $(FUZZ_PROGRAMS)

ifneq ($(filter $(VARIANT),fuzz coverage),)
# The service's main() is called by the driver, whose stand-ins come first and so win.
FUZZ_DRIVER := $(patsubst %,$(OBJ)/tests/fuzz/%.o,driver fake_http fake_store fake_rest fuzz)
$(OBJ)/services/%/main.o: CFLAGS += -Dmain=service_program -Wno-missing-prototypes

define fuzz_service_rules
$$(BUILD)/targets/$(1): $$(FUZZ_DRIVER) $$($(1)_OBJS) $$(LIB)
	@mkdir -p $$(@D)
	@echo "  LINK $$@" && $$(CC) $$(CFLAGS) -fsanitize=fuzzer -Wl,--allow-multiple-definition -o $$@ $$^ $$(LDLIBS)
endef
$(foreach s,$(FUZZ_SERVICES),$(eval $(call fuzz_service_rules,$(s))))

$(BUILD)/targets/motcua-draw.so: $(DRAW)
	@mkdir -p $(@D)
	@cp $< $@

FUZZ_broker    := $(patsubst %,services/broker/%.o,peers passing gate)
FUZZ_catalogue := $(patsubst %,services/intake/%.o,catalogue catalogue_read catalogue_csv import form)
FUZZ_gateway   := $(patsubst %,services/payment/%.o,attempt refund statement purpose invoice)
FUZZ_portal    := $(patsubst %,services/status-sync/%.o,portal inbound)
FUZZ_tokens    := $(patsubst %,services/intake/%.o,receipt receipt_tree)

define fuzz_decoder_rules
$$(BUILD)/targets/$(1): $$(OBJ)/tests/fuzz/$(1).o $$(FUZZ_$(1):%=$$(OBJ)/%) $(OBJ)/tests/fuzz/fuzz.o $$(LIB)
	@mkdir -p $$(@D)
	@echo "  LINK $$@" && $$(CC) $$(CFLAGS) -fsanitize=fuzzer -Wl,--allow-multiple-definition -o $$@ $$^ $$(LDLIBS)
endef
$(foreach t,$(FUZZ_DECODERS),$(eval $(call fuzz_decoder_rules,$(t))))
endif
