# Everything a fresh machine needs beyond Python (3.11 to 3.13) and make is installed here, into $(VENV).
PYTHON ?= python3
VENV ?= .venv
UV_VERSION := 0.13.8
BIN := $(VENV)/bin
SETUP := $(VENV)/.installed
ARGS ?=

# uv does not read pip's own settings: hand them on.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
export HF_HUB_OFFLINE ?= 1
export DO_NOT_TRACK ?= 1

.PHONY: demo test lint lint-python lint-sql format setup lock docs clean

demo: $(SETUP)  ## set up, then run two nights on the demo company
	$(BIN)/memhouse demo $(ARGS)

test: $(SETUP)  ## set up, then run every test (ARGS="-m 'not slow'" for the quick ones)
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(SETUP)  ## ruff, mypy strict, sqlfluff
	$(MAKE) --jobs=2 --output-sync lint-python lint-sql

lint-python: $(SETUP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lint-sql: $(SETUP)
	$(BIN)/sqlfluff lint --processes 1 dbt_project/models dbt_project/tests

format: $(SETUP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: $(SETUP)

$(SETUP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "memhouse needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode -r requirements.lock
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps -e .
	$(BIN)/python -m orchestration.dbt_manifest
	$(BIN)/python -m memory.embedding
	@touch $@

lock: $(SETUP)  ## resolve again; plain pins, valid for Python 3.11 to 3.13
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip compile --quiet --upgrade --extra dev --python-version 3.11 \
	  --no-annotate --no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock
	sed -i 's/+cpu$$//' requirements.lock

clean:  ## remove what runs leave behind (not your exports, not the lake)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis dbt_project/target dbt_project/logs build *.egg-info
