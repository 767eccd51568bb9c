# make run    the whole system on this machine, ready to click       make test   everything CI runs
# make bench  how fast it is                                         make check  the quick checks alone
# make simulate   a million simulated orders, with every fault there is
# make chaos      real processes, killed under load                  make mutate   what the tests of the domain do not notice
# Each does its own set-up; nothing but Python 3.11+, make and a C compiler is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Schemathesis gives the tests of all operations one id, and xdist would take them for one test.
ONE_ID := tests/contract/test_schemathesis.py

.DEFAULT_GOAL := help
.PHONY: help run test check bench simulate chaos mutate format clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.local: $(VENV)/.python requirements.txt requirements-local.txt
	@echo "Installing what the local Azure needs (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-local.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.local requirements-dev.txt
	@echo "Installing what the tests need (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(VENV)/.local ## Start everything here and print where it is (Ctrl-C stops it)
	@exec $(BIN)/python -m local run

test: $(VENV)/.dev ## All checks and tests
	@$(BIN)/python -m pytest -n 3 --dist loadscope --ignore=$(ONE_ID)
	@$(BIN)/python -m pytest $(ONE_ID)

check: $(VENV)/.dev ## Style, types and the fast tests
	@$(BIN)/python -m pytest tests/unit tests/contract -n 2 --dist loadscope --ignore=$(ONE_ID)

bench: $(VENV)/.dev ## Measure registrations per second (BENCH="--rate 15 --duration 60"), the bus and Cosmos
	@$(BIN)/python -m tests.bench $(BENCH)
	@$(BIN)/python -m tests.bench.servicebus
	@$(BIN)/python -m tests.bench.cosmos

simulate: $(VENV)/.dev ## Simulate a million orders with faults of every kind (SEED=… replays one, SIMULATE="--orders 50000")
	@$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED)) $(SIMULATE)

chaos: $(VENV)/.dev ## Kill and pause real processes under load, for over an hour (CHAOS="--orders 500 --kills 60", "--outage cosmos")
	@$(BIN)/python -m tests.chaos $(CHAOS)

mutate: $(VENV)/.dev ## Change the domain in three thousand small ways and list what its tests do not notice
	@rm -rf mutants
	@$(BIN)/mutmut run
	@$(BIN)/mutmut results

format: $(VENV)/.dev ## Format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

clean: ## Forget everything this project keeps on this machine but its source
	@rm -rf $(VENV) .tools .local .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results mutants
