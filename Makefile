SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help setup demo lab test laws check bench lock clean

help: ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-7s %s\n", $$1, $$2}'

setup: .venv/.setup-stamp ## Build the environment (the other targets do it by themselves)

.venv/.setup-stamp: requirements.lock pyproject.toml
	@echo "Building the environment in .venv: $$(wc -l < requirements.lock) packages, a few minutes"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check -qq --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv/.setup-stamp ## Real data to alerts on the AWS of this machine: training, a day of transactions, inference
	$(BIN)/ceap demo

lab: .venv/.setup-stamp ## Open JupyterLab on the notebooks, with the AWS of this machine running
	$(BIN)/ceap aws up
	-$(BIN)/ceap data fetch # without it the notebooks say what to do
	$(BIN)/jupyter lab --notebook-dir=notebooks $(if $(filter 0,$(shell id -u)),--allow-root)

test: .venv/.setup-stamp ## Run every test
	$(BIN)/python -m pytest -n 2 --dist worksteal

laws: .venv/.setup-stamp ## Hold the promotion protocol to its laws in full: every call × every fault, a thousand races (about an hour)
	$(BIN)/python -m pytest -n 2 --dist worksteal -m laws -v

check: .venv/.setup-stamp ## Lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.setup-stamp ## Print every figure beside the floor it is compared with
	$(BIN)/python -m benchmarks

lock: .venv/.setup-stamp ## Resolve pyproject.toml into requirements.lock, and that of the extra, again
	$(BIN)/pip-compile --quiet --strip-extras --no-annotate --no-header --no-emit-index-url \
		--no-emit-find-links --extra dev --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-annotate --no-header --no-emit-index-url \
		--no-emit-find-links --extra cluster --constraint requirements.lock \
		--output-file requirements-cluster.lock pyproject.toml
	sed -i.bak 's/^\(torch==[0-9.]*\)+cpu/\1/' requirements*.lock && rm requirements*.lock.bak # every build of it will do

clean: ## Stop the local AWS; remove the environment and everything it made
	-[ ! -x $(BIN)/ceap ] || $(BIN)/ceap aws down
	rm -rf .venv .ceap .mypy_cache .ruff_cache .hypothesis
