# What a person types. Node 26 and the packages are brought by themselves, into .tools/ and node_modules/; an older Node with
# any npm is enough to begin with. KUBECONFIG, when set, names the cluster to use, and none is built here.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup go test test-all demo check build release clean

# Each version stands in one place only: package.json.
NODE_VERSION := $(shell sed -n 's/^ *"node": "\([0-9.]*\)".*/\1/p' package.json)
NPM_VERSION := $(shell sed -n 's/^ *"packageManager": "npm@\([0-9.]*\)".*/\1/p' package.json)
TOOLS := node-$(NODE_VERSION)-npm-$(NPM_VERSION)

export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export npm_config_engine_strict := true
export npm_config_update_notifier := false

help: ## Print this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Bring Node and the packages, when they are not there yet; every other target does so too.
	@set -eu; \
	if [ ! -e .tools/$(TOOLS) ]; then \
	  rm -rf .tools; \
	  command -v npm >/dev/null || { echo 'npm is missing: install any Node.js with npm (version 20 or newer), the right one is then brought by itself.' >&2; exit 1; }; \
	  echo 'Bringing Node $(NODE_VERSION) and npm $(NPM_VERSION) into .tools/ ...'; \
	  mkdir .tools; ln -s node_modules/.bin .tools/bin; \
	  echo '{"private": true, "allowScripts": {"node": true}}' > .tools/package.json; \
	  npm_config_engine_strict=false npm install --prefix .tools --no-save --no-audit --no-fund --loglevel=error node@$(NODE_VERSION) npm@$(NPM_VERSION) >&2; \
	  [ "$$(.tools/bin/node --version)" = v$(NODE_VERSION) ] || { echo 'Node $(NODE_VERSION) did not come with the npm package node: see what npm said above.' >&2; exit 1; }; \
	  touch .tools/$(TOOLS); hash -r; \
	fi; \
	stamp="$$(cat package-lock.json; echo $(TOOLS))"; \
	if [ "$$stamp" != "$$(cat node_modules/.installed 2>/dev/null)" ]; then \
	  echo 'Installing the packages of package-lock.json ...'; \
	  npm ci --loglevel=error >&2; \
	  printf '%s\n' "$$stamp" > node_modules/.installed; \
	fi

# Told before anything is fetched. A cluster of yours (KUBECONFIG) needs no Go.
go:
	@[ -n "$${KUBECONFIG:-}" ] || command -v go >/dev/null || { echo 'Go is missing: install Go 1.25.7 or newer to build the Kubernetes that the tests use, or set KUBECONFIG to use a cluster of yours. Where you have it, sudo has hidden it: sudo -E env "PATH=$$PATH" make ...' >&2; exit 1; }

test: go setup ## Run every check, the unit tests and the tests on a real cluster.
	@node test/workshop/run-tests.ts

test-all: go setup ## Run the same with nothing left out: every fault, the load tests, the long ones.
	@HYBRID_RUNNER_TEST_ALL=1 node test/workshop/run-tests.ts

demo: go setup ## Watch a run request become a finished pod on a real cluster.
	@node test/demo/demo.ts

check: setup ## Run the checks alone: types, lint, format, unused code, generated files, leaked secrets.
	@node test/workshop/check.ts

build: setup ## Bundle the program into dist/.
	@node build.ts

release: setup ## Write what a release publishes into dist/release/: image, list of parts, chart repository. RELEASE_OPTIONS=--help tells more.
	@node test/workshop/release/release.ts $(RELEASE_OPTIONS)

clean: ## Delete what was built or brought here; the cache of cluster programs stays.
	@rm -rf dist test-results node_modules .tools
