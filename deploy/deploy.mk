# Containers: images, what a machine without internet needs, and their test. BASE is the Debian they stand on; GROUND=yes makes
# PostgreSQL, Redis and nginx from Debian packages, too, and names them in the file GROUND_ENV for compose.

VERSION     ?= $(shell git describe --always --dirty 2>/dev/null || echo unknown)
BASE        ?= debian:bookworm-slim
DOCKER      ?= docker
BUILD_FLAGS ?=
IMAGE       ?= motcua
GROUND      ?=
NGINX_IMAGE ?= $(if $(GROUND),$(IMAGE)-ground-nginx:bookworm,nginx:1.28-bookworm)
STORE_IMAGES = $(if $(GROUND),$(IMAGE)-ground-postgres:bookworm $(IMAGE)-ground-redis:bookworm,postgres:15-bookworm redis:7-bookworm)
MADE_IMAGES  = $(IMAGE)-service:$(VERSION) $(IMAGE)-tools:$(VERSION) $(IMAGE)-web:$(VERSION)

.PHONY: images images-ground images-save test-compose
images: web $(if $(GROUND),images-ground)
	@for target in service tools web; do \
	    $(DOCKER) build -q $(BUILD_FLAGS) -f deploy/Dockerfile --build-arg BASE=$(BASE) --build-arg NGINX_IMAGE=$(NGINX_IMAGE) \
	        --target $$target -t $(IMAGE)-$$target:$(VERSION) -t $(IMAGE)-$$target:latest . >/dev/null || exit 1; done
	@$(DOCKER) images --format '{{.Repository}}:{{.Tag}}  {{.Size}}' | grep '^$(IMAGE)-.*$(VERSION)'

images-ground:
	@for target in postgres redis nginx; do \
	    $(DOCKER) build -q $(BUILD_FLAGS) --build-arg BASE=$(BASE) --target $$target -t $(IMAGE)-ground-$$target:bookworm \
	        deploy/ground >/dev/null || exit 1; done

# Everything that `docker compose up` needs on a machine without internet, in one folder.
CARRY ?= build/carry
images-save:
	@mkdir -p $(CARRY)
	@$(DOCKER) save $(MADE_IMAGES) $(STORE_IMAGES) | gzip >$(CARRY)/images.tar.gz
	@cp docker-compose.yml $(CARRY)/ && mkdir -p $(CARRY)/deploy && cp -r deploy/README.md deploy/env.example deploy/bin $(CARRY)/deploy/
	@printf 'MOTCUA_VERSION=%s\nPOSTGRES_IMAGE=%s\nREDIS_IMAGE=%s\n' $(VERSION) $(STORE_IMAGES) >$(CARRY)/env
	@ls -l $(CARRY)

test-compose:
	@tests/compose/run
