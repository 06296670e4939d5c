# The commands of Alur. Nothing but Python >= 3.11 and make is needed.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python
# Said before anything is made, so that the next try with another PYTHON finds nothing half done.
OLD := Alur needs Python 3.11 or later, $(PYTHON) is %d.%d: make setup PYTHON=python3.11

.PHONY: setup run test simulate bench lint contracts requirements lock

setup: .venv/ready

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else "$(OLD)" % v)'
	$(PYTHON) -m venv --clear .venv
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

run: setup
	$(RUN) -m deploy up --mode embedded --demo

test: setup
	$(RUN) -m pytest

simulate: setup
	$(RUN) -m deploy simulate --facility dharma_rini --visits 50

bench: setup
	$(RUN) -m tests.bench commands --mode embedded
	$(RUN) -m tests.bench commands --mode distributed
	$(RUN) -m tests.bench visits

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

contracts: setup
	$(RUN) -m deploy contracts

requirements: setup
	$(RUN) -m tests.kit.requirements

# Needs `uv` (https://docs.astral.sh/uv/) once, to write the lock files anew. The second holds the
# same versions without the tools of developers; the container image is made from it.
lock:
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url \
	  --no-annotate --python-version 3.11 --custom-compile-command "make lock" -o requirements.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url \
	  --no-annotate --python-version 3.11 --custom-compile-command "make lock" \
	  -c requirements.lock -o requirements-run.lock
