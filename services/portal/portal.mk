# The pages people use, made by Vite into build/web; the same for every VARIANT. npm takes exactly the versions of package.json.

WEB       := services/portal/web
WEB_TOOLS := $(WEB)/node_modules/.installed

web: build/web/.made

build/web/.made: $(WEB_TOOLS) $(shell find $(WEB) -type f -not -path '*/node_modules/*')
	@cd $(WEB) && node make/build.js $(abspath build/web)
	@touch $@

$(WEB_TOOLS): $(WEB)/package.json
	@cd $(WEB) && npm install --silent
	@touch $@

# ---- proofs: the build and the receipt's check alone; the pages in a browser against the whole suite; their pictures ----

.PHONY: test-web test-browser shots
test-web: $(WEB_TOOLS)
	@node --test $(wildcard tests/web/*.test.mjs)

test-browser:
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@BUILD_DIR=$(BUILD) $(PYTHON) -m pytest -q -p no:cacheprovider tests/browser

shots:
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@BUILD_DIR=$(BUILD) $(PYTHON) tests/browser/shots.py build/shots
