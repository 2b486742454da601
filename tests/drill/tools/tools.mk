# tools.mk — what the drill does to programs from inside: libraries to preload, under build/drill. Included by the Makefile.

DRILL          := $(BUILD)/drill
DRILL_PRELOADS := crash_at slow_disk clock_shift

.PHONY: drill-tools
drill-tools: $(DRILL_PRELOADS:%=$(DRILL)/%.so)

# Of no VARIANT's flags: what a sanitizer watches is the program, not what troubles it.
$(DRILL)/%.so: tests/drill/tools/%.c tests/drill/tools/page.h
	@mkdir -p $(@D)
	@echo "  LINK $@" && $(CC) $(CPPFLAGS) -std=gnu11 -O2 -g $(WARN) -fPIC -shared -o $@ $<
