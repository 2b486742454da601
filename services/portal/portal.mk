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
