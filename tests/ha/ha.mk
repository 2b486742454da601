# ha.mk — the store's machine dies under load. Included by the Makefile; minutes long, so it is a target of its own.

.PHONY: test-ha

test-ha: deps
	@scripts/deps ha
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH)/load
	@BUILD_DIR=$(BUILD) $(PYTHON) tests/ha/ha.py $(if $(SEED),--seed $(SEED)) $(ARGS)
