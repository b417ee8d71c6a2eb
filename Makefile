# Each line is one that a person could type.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SUDO := $(shell command -v sudo)

.PHONY: run test soak mutations tools lint dev

run: $(READY)
	@$(BIN)/cx run --sample

test: lint tools
	$(BIN)/pytest

soak: $(READY)
	CX_SOAK_KILLS=60 CX_SOAK_EXAMPLES=10 $(BIN)/pytest --dist=worksteal tests/integration/test_crashes.py tests/property/test_increments.py

mutations: $(READY)
	$(if $(RANDOM),$(BIN)/python -m tests.mutation.random_mutations $(RANDOM) $(or $(SEED),1),$(BIN)/pytest tests/mutation/mutations.py)

tools:
	@command -v faketime > /dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -qq faketime; } || true

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/dbt parse --quiet --project-dir dbt_project --profiles-dir dbt_project
	CX_WAREHOUSE_FILE=:memory: $(BIN)/sqlfluff lint dbt_project/models dbt_project/tests
	$(BIN)/dbt-bouncer run

dev: $(READY)
	$(BIN)/cx dev

$(READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	sed -n '/^uv==/,/# via/p' requirements.lock | $(BIN)/python -m pip install --quiet --require-hashes -r /dev/stdin
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@
