# Every target sets up what it needs: a virtual environment in .venv with the locked dependencies.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SYSTEM_UV := $(shell command -v uv 2>/dev/null)
PYTEST_ARGS ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test chaos serve check format lock bench clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY)  ## make the virtual environment

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=/path/to/it")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
ifeq ($(SYSTEM_UV),)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --requirement requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
else
	uv pip install --quiet --python $(BIN)/python --requirement requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --editable .
endif
	@touch $@

demo: $(READY)  ## play a shop's day against stand-ins of Stripe and Saleor (KEEP=1 leaves them running)
	$(BIN)/saleor-stripe demo $(if $(KEEP),--keep)

test: $(READY)  ## run every test, two at a time (WORKERS=4 for more, 0 for one after the other)
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(PYTEST_ARGS)

chaos: $(READY)  ## random operations and faults until the ledgers differ, for hours (EXAMPLES=500 for less)
	HYPOTHESIS_PROFILE=chaos $(BIN)/python -m pytest tests/domain/test_convergence.py tests/acceptance/test_state_machine.py -k "not postgresql" $(PYTEST_ARGS)

serve: export SALEOR_STRIPE_LOG_FORMAT ?= console
serve: $(READY)  ## run the app alone
	$(BIN)/saleor-stripe serve

check: $(READY)  ## formatting, lint, types, import floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(READY)  ## format and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(READY)  ## renew requirements.lock from pyproject.toml
	$(if $(SYSTEM_UV),uv,$(BIN)/uv) pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --python-version 3.11 pyproject.toml --group dev --upgrade -o requirements.lock

bench: $(READY)  ## measure request rates and CPU beside a floor
	$(BIN)/python -m benchmarks

clean:  ## remove the environment and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .cache
