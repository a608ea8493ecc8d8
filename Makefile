# Everything a newcomer needs. `make` alone prints this help.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WEB := clients/web
WEB_BUILD := server/web/static/build/.built
WEB_SOURCES := $(shell find $(WEB) \( -name node_modules -o -name __pycache__ \) -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage check bench train clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: $(STAMP) $(WEB_BUILD) ## virtual environment, pinned dependencies, front-end build

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(WEB_BUILD): $(WEB_SOURCES)
	@node -e 'if (parseInt(process.versions.node) < 20) { console.error("Node 20 or newer is needed"); process.exit(1) }'
	cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build
	touch $@

demo: setup ## play the whole story, then keep serving (ONCE=1: stop after the story)
	$(BIN)/casuskring demo $(if $(ONCE),--once)

test: setup ## all tests, on SQLite and PostgreSQL, in the browser too
	$(BIN)/python -m tests.run $(ARGS)

coverage: setup ## all tests in one process, with the coverage of our packages
	$(BIN)/python -m tests.run --coverage

check: setup ## lint, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests bench
	$(BIN)/lint-imports
	cd $(WEB) && npm run --silent check

bench: setup ## the benchmarks, each with its yardsticks in the same run
	$(BIN)/casuskring bench anonymise
	$(BIN)/casuskring bench guard
	$(BIN)/casuskring bench room
	$(BIN)/casuskring bench audit

train: setup ## train the Dutch pipeline from nothing (one core, ten minutes); it replaces the one that ships
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m anonymisation.model.training.train \
		--out anonymisation/model/nl_casuskring

clean: ## remove what was built (not the data under var/)
	rm -rf $(VENV) dist $(WEB)/node_modules server/web/static/build clients/station/static/build
