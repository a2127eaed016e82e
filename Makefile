# Everything that is done here by hand or by CI. `make` alone lists it.

PYTHON   ?=
VENV     ?= $(if $(PYTHON),.venvs/$(notdir $(PYTHON)),.venv)
GATEWAYS ?=
ARGS     ?=

bin := $(VENV)/bin

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test services lint types mypy pyright imports docs build conformance bench setup clean

help:  ## this list
	@echo 'make TARGET [NAME=value ...]'
	@echo
	@sed -n 's/^\([a-z]*\):.*  ## \(.*\)/  \1|\2/p' Makefile | awk -F '|' '{ printf "%-14s %s\n", $$1, $$2 }'
	@echo
	@echo '  PYTHON=python3.12       another interpreter, in an environment of its own below .venvs/'
	@echo '  ARGS="-k lifespan"      arguments for pytest, or for the demo: ARGS="--gateway fc2-http"'
	@echo '  GATEWAYS="fc3-http"     the gateways that the conformance suites go through, instead of all'

demo: $(VENV)/.installed-test  ## run samples/fastapi-notes behind the local FC 3.0 gateway; Ctrl-C ends it
	@scripts/demo $(VENV) $(ARGS)

test: $(VENV)/.installed-test services  ## run the tests
	$(bin)/python -m pytest $(ARGS)

services: $(VENV)/.installed-test  ## get Redis and RabbitMQ for the tests, unpacked into .services/ where the machine has none
	@scripts/services $(VENV)

lint: $(VENV)/.installed-lint  ## ruff: rules and format
	$(bin)/ruff check .
	$(bin)/ruff format --check .

types: mypy pyright  ## mypy and pyright, both strict

mypy: $(VENV)/.installed-test $(VENV)/.installed-lint
	$(bin)/mypy

pyright: $(VENV)/.installed-test $(VENV)/.installed-lint
	$(bin)/pyright --pythonpath $(bin)/python

imports: $(VENV)/.installed-lint  ## import-linter: who may import whom
	$(bin)/lint-imports --no-logo

docs: $(VENV)/.installed-docs  ## build the documentation into site/, warnings are errors
	NO_MKDOCS_2_WARNING=1 $(bin)/mkdocs build --strict

build: $(VENV)/.installed-test  ## build dist/ (sdist, and the wheel from it) and test what was built
	rm -rf dist
	$(bin)/python -m build --no-isolation
	FCBRIDGE_DIST=dist $(bin)/python -m pytest tests/test_packaging.py

conformance: $(VENV)/.installed-test  ## run Starlette's and Flask's own test suites through the gateways
	$(bin)/python -m tests.conformance $(if $(GATEWAYS),$(GATEWAYS),--page)

bench: $(VENV)/.installed-bench  ## measure what fcbridge and its peers add to an app; ARGS=goals beside what is meant, ARGS=--quick tries it
	$(bin)/python -m bench $(ARGS)

setup: $(VENV)/.installed-test $(VENV)/.installed-lint $(VENV)/.installed-docs services  ## install all of it now, not at first use

clean:  ## remove the environments and everything that was built
	rm -rf .venv .venvs .services dist site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .conformance

# A stamp for each dependency group: a changed pyproject.toml installs it anew.
$(VENV)/.installed-%: pyproject.toml scripts/install
	@scripts/install $(VENV) $* $(PYTHON)
	@touch $@
