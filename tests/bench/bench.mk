# bench.mk — what the suite is measured against: programs under build/bench, the Node peer in build/bench/peer.
# Included by the Makefile; nothing here belongs to `all`.

BENCH          := $(BUILD)/bench
BENCH_PROGRAMS := load limit messages_nats messages_rabbit proxy broker_load teller hearer
BENCH_PEER     := build/bench/peer

BENCH_load_OBJS            := $(OBJ)/tests/bench/load_http.o $(OBJ)/tests/bench/load_journal.o
BENCH_limit_OBJS           := $(OBJ)/tests/bench/limit_rows.o
BENCH_messages_nats_OBJS   := $(OBJ)/tests/bench/messages.o
BENCH_messages_nats_LIBS   := -lnats
BENCH_messages_rabbit_OBJS := $(OBJ)/tests/bench/messages.o
BENCH_messages_rabbit_LIBS := -lrabbitmq

.PHONY: bench bench-quick bench-growth bench-programs bench-deps bench-peer

# Each starts its own suite, prints every line with its goal and merges it into build/bench.json and build/bench.html.
bench: bench-deps
	@$(MAKE) --no-print-directory bench-run MODE=full

bench-quick: bench-deps
	@$(MAKE) --no-print-directory bench-run MODE=quick

bench-growth: bench-deps
	@$(MAKE) --no-print-directory bench-run MODE=growth

bench-run:
	@$(MAKE) --no-print-directory -j$(JOBS) all bench-programs
	@BUILD_DIR=$(BUILD) $(PYTHON) tests/bench/bench.py $(MODE)

bench-programs: $(BENCH_PROGRAMS:%=$(BENCH)/%) drill-tools

define bench_rules
$$(BENCH)/$(1): $$(OBJ)/tests/bench/$(1).o $$(BENCH_$(1)_OBJS) $$(OBJ)/tests/bench/meter.o $$(LIB)
	@mkdir -p $$(@D)
	@echo "  LINK $$@" && $$(CC) $$(CFLAGS) -o $$@ $$^ $$(BENCH_$(1)_LIBS) $$(LDLIBS)
endef
$(foreach p,$(BENCH_PROGRAMS),$(eval $(call bench_rules,$(p))))

# What only the bench needs: brokers and their C clients from Debian, the peer's packages from npm.
bench-deps:
	@tests/bench/deps
	@$(MAKE) --no-print-directory bench-peer

bench-peer: $(BENCH_PEER)/node_modules/.done
	@cp tests/bench/peer/* $(BENCH_PEER)

$(BENCH_PEER)/node_modules/.done: tests/bench/peer/package.json
	@mkdir -p $(BENCH_PEER) && cp $< $(BENCH_PEER)
	@cd $(BENCH_PEER) && npm install --no-audit --no-fund --silent
	@touch $@
