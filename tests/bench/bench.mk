# bench.mk — what the suite is measured against: programs under build/bench, the Node peer in build/bench/peer.
# Included by the Makefile; nothing here belongs to `all`.

BENCH          := $(BUILD)/bench
BENCH_PROGRAMS := limit
BENCH_limit_OBJS := $(OBJ)/tests/bench/limit_rows.o

.PHONY: bench-deps bench-programs
bench-programs: $(BENCH_PROGRAMS:%=$(BENCH)/%)

define bench_rules
$$(BENCH)/$(1): $$(OBJ)/tests/bench/$(1).o $$(BENCH_$(1)_OBJS) $$(OBJ)/tests/bench/meter.o $$(LIB)
	@mkdir -p $$(@D)
	@echo "  LINK $$@" && $$(CC) $$(CFLAGS) -o $$@ $$^ $$(BENCH_$(1)_LIBS) $$(LDLIBS)
endef
$(foreach p,$(BENCH_PROGRAMS),$(eval $(call bench_rules,$(p))))
