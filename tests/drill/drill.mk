# drill.mk — nothing lost, nothing doubled: faults under load, judged by outside books. Included by the Makefile.
#
#   make drill SEED=7 SECONDS=1800 FAULTS=broker-gone,F5    all three may be left out; the rest of the options in ARGS

.PHONY: drill

drill: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH)/load drill-tools
	@BUILD_DIR=$(BUILD) $(PYTHON) tests/drill/drill.py $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS)) \
	    $(if $(FAULTS),--fault $(FAULTS)) $(ARGS)

# ---- a suite that loses, to see that the drill finds out: the same objects, other links ----

LOSSY      := $(BUILD)/lossy
LISTENERS  := intake verification payment notification status-sync feedback
LOSSY_WRAP := -Wl,--wrap=inbox_open,--wrap=inbox_on_envelope

.PHONY: lossy
lossy: $(LISTENERS:%=$(LOSSY)/%) $(PROGRAMS) $(BENCH)/load
	@ln -sfn ../broker $(LOSSY)/broker && ln -sfn ../identity $(LOSSY)/identity
	@ln -sfn ../motcua-keys $(LOSSY)/motcua-keys && ln -sfn ../bench $(LOSSY)/bench && ln -sfn ../drill $(LOSSY)/drill

define lossy_rules
$$(LOSSY)/$(1): $$($(1)_OBJS) $$(OBJ)/tests/drill/lossy.o $$(LIB)
	@mkdir -p $$(@D)
	@echo "  LINK $$@" && $$(CC) $$(CFLAGS) $$(LOSSY_WRAP) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach s,$(LISTENERS),$(eval $(call lossy_rules,$(s))))

-include tests/drill/tools/tools.mk
