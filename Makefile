# Motcua. Two commands do everything: `make run` starts the whole suite, `make test` proves it.
#
#   make deps   install what it needs         make all     build             make lint   the rules of the house
#   make web    the pages people use
#   make stop   end what `make run` started   make reset   forget its data   make demo   walk one dossier through
#
# VARIANT=san builds with AddressSanitizer and UBSan under build/san, VARIANT=clang with clang under build/clang.
# RUN_DIR=… PORT=… let another copy run beside the first.

PYTHON   ?= /usr/bin/python3
RUN_DIR  ?= .run
PORT     ?= 8080
JOBS     ?= $(shell nproc)
TEST_WORKERS ?= 2
VARIANT  ?=
CC       := gcc
SERVICES := broker identity intake verification payment notification status-sync feedback

BUILD := build$(if $(VARIANT),/$(VARIANT))
GEN   := build/gen
OBJ   := $(BUILD)/obj

WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Werror
CPPFLAGS := -D_GNU_SOURCE -Icommon -Iproto -I$(GEN) -I/usr/include/postgresql -include common/banned.h
CFLAGS   := -std=gnu11 -O2 -g -fno-omit-frame-pointer -fstack-protector-strong $(WARN)
LDLIBS   := -luv -lpq -lzmq -lsodium -lhiredis -lmicrohttpd -lcurl -lprotobuf-c -ltalloc -ljansson -lutf8proc -linih \
            -lqrencode -lcsv -lmagic -lcrypto -lm -lpthread -Wl,--disable-new-dtags,-rpath,'$$ORIGIN:$$ORIGIN/..'
ifeq ($(VARIANT),clang)
CC := clang
endif
ifeq ($(VARIANT),san)
CFLAGS   := $(filter-out -O2,$(CFLAGS)) -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
endif
ifneq ($(filter $(VARIANT),fuzz coverage),)
CC     := clang
CFLAGS := $(filter-out -O2,$(CFLAGS)) -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined \
          $(if $(filter coverage,$(VARIANT)),-fprofile-instr-generate -fcoverage-mapping)
endif

PROTOS      := $(wildcard proto/*.proto)
PB_H        := $(PROTOS:proto/%.proto=$(GEN)/%.pb-c.h)
COMMON_OBJS := $(patsubst %.c,$(OBJ)/%.o,$(wildcard common/*.c)) $(PROTOS:proto/%.proto=$(OBJ)/gen/%.pb-c.o) \
               $(OBJ)/gen/skeleton_schema.o
LIB         := $(BUILD)/libmotcua.a
DRAW        := $(BUILD)/motcua-draw.so
PROGRAMS    := $(SERVICES:%=$(BUILD)/%) $(BUILD)/motcua-keys $(DRAW)

.PRECIOUS: $(GEN)/%.pb-c.c $(GEN)/%.pb-c.h $(GEN)/%_schema.c $(GEN)/%_openapi.c
.PHONY: all programs names deps run stop reset demo test test-unit test-system unit lint web
all: programs web
programs: $(PROGRAMS)
names:
	@echo $(PROGRAMS)

deps:
	@scripts/deps

# ---- the suite, embedded ----

SUITE = RUN_DIR=$(abspath $(RUN_DIR)) PORT=$(PORT) BUILD_DIR=$(BUILD) $(PYTHON) scripts/suite.py

run: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(SUITE) up

stop:
	@$(SUITE) down

reset:
	@$(SUITE) reset

demo:
	@RUN_DIR=$(abspath $(RUN_DIR)) PORT=$(PORT) scripts/demo

# ---- generated: protobuf-c, schemas and API descriptions as C ----

$(GEN)/%.pb-c.c $(GEN)/%.pb-c.h: proto/%.proto
	@mkdir -p $(GEN)
	@protoc-c --proto_path=proto --c_out=$(GEN) $<

$(GEN)/skeleton_schema.c: $(wildcard common/schema/*.sql) scripts/embed
	@mkdir -p $(GEN)
	@$(PYTHON) scripts/embed schema skeleton_schema $(sort $(wildcard common/schema/*.sql)) > $@

$(GEN)/%_schema.c: services/%/schema scripts/embed
	@mkdir -p $(GEN)
	@$(PYTHON) scripts/embed schema $(subst -,_,$*)_schema $(sort $(wildcard services/$*/schema/*.sql)) > $@

$(GEN)/%_openapi.c: services/%/openapi.yaml common/openapi.yaml scripts/embed scripts/openapi_document.py
	@mkdir -p $(GEN)
	@$(PYTHON) scripts/embed openapi $(subst -,_,$*)_openapi $< > $@

# ---- objects ----

$(OBJ)/%.o: %.c | $(PB_H)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(OBJ)/gen/%.o: $(GEN)/%.c | $(PB_H)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(filter-out -Wshadow -Wstrict-prototypes -Wmissing-prototypes,$(CFLAGS)) -MMD -MP -c -o $@ $<

# OpenSSL's headers name what banned.h forbids, so they come first.
$(OBJ)/services/feedback/blind.o $(OBJ)/tests/unit/test_blind.o: CC += -DOPENSSL_SUPPRESS_DEPRECATED -include openssl/x509.h

$(LIB): $(COMMON_OBJS)
	@rm -f $@ && ar rcs $@ $^

# ---- drawing papers: a module, so that only who draws one carries pango ----

# FreeType's headers name what banned.h forbids, so they come first.
DRAW_PACKAGES := pangocairo pangoft2 fontconfig
$(DRAW): $(wildcard common/draw/*.[ch]) common/civil.c common/civil.h common/sheet.h common/qr.h
	@mkdir -p $(@D)
	@echo "  LINK $@" && $(CC) $$(pkg-config --cflags $(DRAW_PACKAGES)) -include pango/pangofc-fontmap.h $(CPPFLAGS) $(CFLAGS) -fPIC -shared -o $@ \
	    $(filter %.c,$^) $$(pkg-config --libs $(DRAW_PACKAGES))

# ---- programs: a folder is a service, all its files and the library ----

define service_rules
$(1)_OBJS := $$(patsubst %.c,$$(OBJ)/%.o,$$(filter-out services/$(1)/keys.c,$$(wildcard services/$(1)/*.c))) \
             $$(if $$(wildcard services/$(1)/schema),$$(OBJ)/gen/$(1)_schema.o) \
             $$(if $$(wildcard services/$(1)/openapi.yaml),$$(OBJ)/gen/$(1)_openapi.o)
$$(GEN)/$(1)_schema.c: $$(wildcard services/$(1)/schema/*.sql)
$$(BUILD)/$(1): $$($(1)_OBJS) $$(LIB)
	@echo "  LINK $$@" && $$(CC) $$(CFLAGS) -o $$@ $$($(1)_OBJS) $$(LIB) $$(LDLIBS)
endef
$(foreach s,$(SERVICES),$(eval $(call service_rules,$(s))))

$(BUILD)/motcua-keys: $(OBJ)/services/broker/keys.o $(LIB)
	@echo "  LINK $@" && $(CC) $(CFLAGS) -o $@ $< $(LIB) $(LDLIBS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- the pages people use: services/portal/web into build/web ----

-include services/portal/portal.mk

# ---- unit tests: cmocka under ASan and UBSan; a test names the files it links in its first lines: /* links: … */ ----

UNIT_TESTS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
define unit_rules
$(1)_LINKS := $$(shell sed -n 's|^/\* links: \(.*\) \*/$$$$|\1|p' tests/unit/$(1).c)
$$(BUILD)/unit/$(1): $$(OBJ)/tests/unit/$(1).o $$($(1)_LINKS:%.c=$$(OBJ)/%.o) $$(LIB) | $$(DRAW)
	@mkdir -p $$(@D)
	@echo "  LINK $$@" && $$(CC) $$(CFLAGS) -o $$@ $$^ -lcmocka $$(LDLIBS)
endef
$(foreach t,$(UNIT_TESTS),$(eval $(call unit_rules,$(t))))
$(OBJ)/tests/%.o: CPPFLAGS += -I. -include setjmp.h # cmocka.h needs it and sorts first

unit: $(UNIT_TESTS:%=$(BUILD)/unit/%)
	@tests/run-unit $(BUILD)/unit

test-unit:
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=san unit

# ---- system tests: real processes; VARIANT=san runs them on the sanitized build ----

test-system:
	@$(MAKE) --no-print-directory -j$(JOBS) all lossy drill-tools
	@BUILD_DIR=$(BUILD) $(PYTHON) -m pytest -q -p no:cacheprovider -n $(TEST_WORKERS) --dist loadfile tests/sim tests/system tests/drill

test: deps
	@$(MAKE) --no-print-directory test-unit test-web fuzz
	@$(MAKE) --no-print-directory test-system
	@$(MAKE) --no-print-directory test-browser

# ---- containers: deploy/deploy.mk ----

-include deploy/deploy.mk

# ---- measuring: tests/bench/bench.mk ----

-include tests/bench/bench.mk

# ---- breaking things under load: tests/drill/drill.mk ----

-include tests/drill/drill.mk
-include tests/ha/ha.mk

# ---- what others send, as nobody would: tests/fuzz/fuzz.mk ----

-include tests/fuzz/fuzz.mk

# ---- the rules of the house ----

SOURCES = $(shell find common services tests -name '*.[ch]')
CPPCHECK = cppcheck -q -j2 --std=c11 --language=c --enable=warning,performance,portability --inline-suppr \
    --error-exitcode=1 --suppress=missingInclude --suppress='*:/usr/*' --suppress=varFuncNullUB -Icommon -I/usr/include/$(shell gcc -print-multiarch) \
    -D_GNU_SOURCE -D__GNUC__=12 --include=scripts/cppcheck.h

lint: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=clang all
	@clang-format --dry-run -Werror $(SOURCES)
	@$(CPPCHECK) common services
	@scripts/check-style
	@scripts/params-tables --check
