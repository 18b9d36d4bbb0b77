# Everything here needs only Python 3.11 or newer and a package index:
# what else is missing is installed or named.

PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,\
            $(shell command -v $(name) 2>/dev/null)))
BOOTSTRAP = $(or $(PYTHON),$(error no Python found: install 3.11 or newer)) scripts/bootstrap.py
BIN = .venv/bin
ARGS ?=
CHECKS = check-format check-lint check-types check-contracts check-hosts check-openapi check-console

.PHONY: help up test chaos check screenshots bench types recorded pin tools $(CHECKS)

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

up: ## run the controller, the console and a local agent (ARGS="--port 8000")
	@$(BOOTSTRAP)
	@exec $(BIN)/venvoy up $(ARGS)

test: ## run every test (ARGS="-k name" for some)
	@$(BOOTSTRAP) --dev
	@$(BIN)/python -m scripts.browser
	@failed=0; $(BIN)/python -m scripts.console test || failed=1; $(BIN)/pytest -n logical $(ARGS) && exit $$failed

chaos: tools ## kill anything at any moment for five minutes (ARGS="--minutes 60 --seed 7")
	$(BIN)/pytest -s tests/chaos $(ARGS)

check: $(CHECKS) ## format, lint, types, contracts: what CI does (`make -k check` goes on after a failure)

screenshots: ## take pictures of every page into docs/images (ARGS="create log" for some)
	@$(BOOTSTRAP) --dev
	@$(BIN)/python -m scripts.browser
	@$(BIN)/python -m scripts.screenshots $(ARGS)

bench: ## measure side by side with uv and pip, some minutes (ARGS="--pairs 3")
	@$(BOOTSTRAP) --dev
	@$(BIN)/python -m bench $(ARGS)

$(CHECKS): tools

tools:
	@$(BOOTSTRAP) --dev --no-console

check-format:
	$(BIN)/ruff format --check

check-lint:
	$(BIN)/ruff check

check-types:
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --no-warn-unreachable --cache-dir .mypy_cache/windows src/venvoy/agent src/venvoy/cli

check-contracts:
	$(BIN)/lint-imports --no-logo

check-hosts:
	$(BIN)/python -m scripts.hosts

check-openapi:
	$(BIN)/python -m scripts.openapi --check

check-console:
	$(BIN)/python -m scripts.console check

types: tools ## renew what the console knows of the API
	$(BIN)/python -m scripts.openapi
	$(BIN)/python -m scripts.console types

recorded: tools ## record this release's messages for the tests of later ones
	$(BIN)/python -m scripts.record

pin: tools ## renew the exact versions in uv.toml
	$(BIN)/python scripts/pin.py
	@$(BOOTSTRAP) --dev --no-console
