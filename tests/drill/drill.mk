# drill.mk — nothing lost, nothing doubled: faults under load, judged by outside books. Included by the Makefile.
#
#   make drill SEED=7 SECONDS=1800 FAULTS=broker-gone,F5    all three may be left out; the rest of the options in ARGS

.PHONY: drill

drill: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH)/load
	@BUILD_DIR=$(BUILD) $(PYTHON) tests/drill/drill.py $(if $(SEED),--seed $(SEED)) $(if $(SECONDS),--seconds $(SECONDS)) \
	    $(if $(FAULTS),--fault $(FAULTS)) $(ARGS)
