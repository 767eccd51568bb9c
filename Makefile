# make run    the whole system on this machine, ready to click       make test   everything CI runs
# make bench  how fast it is                                         make check  the quick checks alone
# make simulate   a million simulated orders, with every fault there is
# make chaos      real processes, killed under load                  make mutate   what the tests of the domain do not notice
# Each does its own set-up; nothing but Python 3.11+, make and a C compiler is needed, on Linux or macOS
# (Debian: apt install python3-venv python3-dev make gcc).

PYTHON ?= python3
# Bytecode is kept, whatever the machine says: hundreds of processes would compile the same modules again.
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv
BIN := $(VENV)/bin
# Together, a module or class at a time, in the order of tests/conftest.py.
TOGETHER := --dist loadscope --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run test check bench simulate chaos mutate format clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which: make PYTHON=python3.12")'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@touch $@

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(VENV)/.local: $(VENV)/.python requirements.txt requirements-local.txt
	@echo "Installing what the local Azure needs (once)"
	@$(INSTALL) -r requirements-local.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.local requirements-dev.txt
	@echo "Installing what the tests need (once)"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

run: $(VENV)/.local ## Start everything here and print where it is (Ctrl-C stops it)
	@exec $(BIN)/python -m local run

test: $(VENV)/.dev ## All checks and tests
	@$(BIN)/python -m pytest -n 5 $(TOGETHER)

check: $(VENV)/.dev ## Style, types and the fast tests
	@$(BIN)/python -m pytest tests/unit tests/contract -m "not takes_long" -n 2 $(TOGETHER)

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
