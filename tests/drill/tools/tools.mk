# tools.mk — what the drill does to programs from inside: libraries to preload, under build/drill. Included by the Makefile.

DRILL          := $(BUILD)/drill
DRILL_PRELOADS := crash_at slow_disk slow_bus clock_shift

.PHONY: drill-tools
drill-tools: $(DRILL_PRELOADS:%=$(DRILL)/%.so) $(DRILL)/chaos_broker

# Of no VARIANT's flags: what a sanitizer watches is the program, not what troubles it.
$(DRILL)/%.so: tests/drill/tools/%.c tests/drill/tools/page.h
	@mkdir -p $(@D)
	@echo "  LINK $@" && $(CC) $(CPPFLAGS) -std=gnu11 -O2 -g $(WARN) -fPIC -shared -o $@ $<

# The broker's own objects; what --wrap names is called in chaos_broker.c instead.
CHAOS_WRAPS := zmq_msg_recv zmq_getsockopt router_open
$(DRILL)/chaos_broker: $(OBJ)/tests/drill/tools/chaos_broker.o $(broker_OBJS) $(LIB)
	@mkdir -p $(@D)
	@echo "  LINK $@" && $(CC) $(CFLAGS) $(CHAOS_WRAPS:%=-Wl,--wrap=%) -o $@ $^ $(LDLIBS)
$(OBJ)/tests/drill/tools/%.o: CPPFLAGS += -Iservices/broker
