# Containers: images, what a machine without internet needs, and their test. BASE is the Debian they stand on. GROUND=yes makes
# PostgreSQL, Redis and nginx from Debian packages, too; deploy/README.md says how compose is told.

VERSION     ?= $(shell git describe --always --dirty 2>/dev/null || echo unknown)
BASE        ?= debian:bookworm-slim
DOCKER      ?= docker
BUILD_FLAGS ?=
IMAGE       ?= motcua
GROUND      ?=
CARRY       ?= build/carry
STORES      := postgres redis nginx
POSTGRES_IMAGE ?= $(if $(GROUND),$(IMAGE)-ground-postgres:bookworm,postgres:15-bookworm)
REDIS_IMAGE    ?= $(if $(GROUND),$(IMAGE)-ground-redis:bookworm,redis:7-bookworm)
NGINX_IMAGE    ?= $(if $(GROUND),$(IMAGE)-ground-nginx:bookworm,nginx:1.28-bookworm)

.PHONY: images images-ground images-save test-compose
images: web $(if $(GROUND),images-ground)
	@for target in service tools keeper; do \
	    $(DOCKER) build -q $(BUILD_FLAGS) -f deploy/Dockerfile --build-arg BASE=$(BASE) --target $$target \
	        -t $(IMAGE)-$$target:$(VERSION) -t $(IMAGE)-$$target:latest . >/dev/null || exit 1; done
	@$(DOCKER) images --format '{{.Repository}}:{{.Tag}}  {{.Size}}' | grep '^$(IMAGE)-.*:$(VERSION)'

images-ground:
	@for target in $(STORES); do \
	    $(DOCKER) build -q $(BUILD_FLAGS) --build-arg BASE=$(BASE) --target $$target -t $(IMAGE)-ground-$$target:bookworm \
	        deploy/ground >/dev/null || exit 1; done

# Everything that a machine without internet needs, in one folder.
images-save:
	@mkdir -p $(CARRY)/deploy
	@$(DOCKER) save $(IMAGE)-service:$(VERSION) $(IMAGE)-tools:$(VERSION) $(IMAGE)-keeper:$(VERSION) $(POSTGRES_IMAGE) $(REDIS_IMAGE) $(NGINX_IMAGE) | \
	    gzip >$(CARRY)/images.tar.gz
	@cp -r docker-compose.yml $(CARRY)/ && cp -r deploy/README.md deploy/env.example deploy/swarm.yml deploy/bin deploy/monitoring \
	    deploy/sample $(CARRY)/deploy/
	@printf '%s\n' MOTCUA_VERSION=$(VERSION) POSTGRES_IMAGE=$(POSTGRES_IMAGE) REDIS_IMAGE=$(REDIS_IMAGE) \
	    NGINX_IMAGE=$(NGINX_IMAGE) >$(CARRY)/.env
	@ls -l $(CARRY)

test-compose:
	@tests/compose/run
