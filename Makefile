# Each line is one that a person could type.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
TEXT := .venv/.text
DUCKLAKE := .venv/.ducklake
SPARK := .venv/.spark
CLUSTER := .spark/.ready
DEV := .venv/.dev
SUPERSET := .bi/.ready
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
# What pyproject.toml asks for, in the versions of the lock and nothing that it does not know.
LOCKED := $(INSTALL) --require-hashes --constraints requirements.lock -r pyproject.toml
SUDO := $(shell command -v sudo)
SQLFLUFF := $(BIN)/python -m tests.sql_style

# A home with sample data, for who works on the project; nobody else's is touched.
SAMPLE := $(CURDIR)/.sample

# Halves of what takes longest, one for each core.
STYLE := lint-style lint-style-rollups
LINT := $(STYLE) lint-python lint-models

.PHONY: help run dev text ducklake spark spark-stop model docs format lint lint-python lint-sql $(STYLE) lint-models spark-lint parsed quick test test-bi test-ducklake test-spark soak mutations bench tools java

help: ## List what make can do
	@sed -nE 's/^([a-z-]+):.* ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: $(READY) ## Run the pipeline on ./data, on sample data if there is none
	@$(BIN)/cx run --sample

dev: $(READY) ## Open the Dagster UI on 127.0.0.1:3000
	$(BIN)/cx dev

text: $(TEXT) ## Install what tells sentiment and themes of free texts in many languages (100 MB)

ducklake: $(DUCKLAKE) ## Install what keeps the warehouse in a DuckLake, docs/scale.md (30 MB)

spark: $(SPARK) $(CLUSTER) ## Start Apache Spark on this machine, docs/scale.md (needs Java 17; 450 MB)
	@$(BIN)/python -m tests.engines.spark_cluster start

spark-stop: ## Stop what `make spark` started
	@$(BIN)/python -m tests.engines.spark_cluster stop

model: $(SAMPLE)/published ## Build m=NAME on the sample, with what changed above it; run its tests, show ten rows
	@CX_HOME=$(SAMPLE) $(BIN)/cx preview $(m)

docs: $(SAMPLE)/published ## Write the docs of all tables as one page, .sample/docs.html
	@CX_HOME=$(SAMPLE) $(BIN)/cx docs

format: $(DEV) ## Format Python, and mend what the linters can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	CX_WAREHOUSE_FILE=:memory: $(SQLFLUFF) fix dbt_project/models dbt_project/tests

lint: $(DEV) ## Run all linters and the type checker
	@$(MAKE) --no-print-directory --jobs=2 --output-sync $(LINT)

lint-python:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lint-sql: $(STYLE) lint-models

# Another file to connect to has dbt parse everything anew, which takes 9 s.
$(STYLE) lint-models: export CX_WAREHOUSE_FILE = :memory:

lint-style: parsed
	$(SQLFLUFF) lint $(filter-out %/rollups,$(wildcard dbt_project/models/*)) dbt_project/tests

lint-style-rollups: parsed
	$(SQLFLUFF) lint dbt_project/models/rollups

lint-models: parsed
	$(BIN)/dbt-bouncer run
	$(BIN)/python -m tests.spark_lint

spark-lint: $(DEV) ## Name what of a model Spark would not take, also of those in CX_OWN
	@CX_WAREHOUSE_FILE=:memory: $(BIN)/python -m tests.spark_lint

parsed:
	$(BIN)/dbt parse --quiet --project-dir dbt_project --profiles-dir dbt_project

quick: $(DEV) ## Run the tests that take seconds
	$(BIN)/pytest tests/unit -m "not slow"

# Linters have what downloads beside them.
test: $(DEV) ## Run everything that CI runs
	@$(MAKE) --no-print-directory --jobs=4 --output-sync $(LINT) tools $(TEXT)
	$(BIN)/pytest

test-bi: tools $(DEV) $(SUPERSET) ## Draw charts in Superset, which it installs apart, of PostgreSQL and of the file
	$(BIN)/pytest --numprocesses=0 tests/bi/superset.py

test-ducklake: tools $(DEV) $(DUCKLAKE) ## Publish from a DuckLake what is published from a file, and kill it (15 minutes)
	$(BIN)/pytest --numprocesses=0 tests/engines/ducklake.py

test-spark: java $(DEV) $(SPARK) $(CLUSTER) ## Build the models on Apache Spark as on DuckDB, and kill a run and a worker (25 minutes)
	$(BIN)/pytest --numprocesses=0 tests/engines/dialect.py tests/engines/spark.py

soak: $(DEV) ## Kill runs at random instants, and load histories that are drawn (25 minutes)
	CX_SOAK_KILLS=60 CX_SOAK_EXAMPLES=10 $(BIN)/pytest --dist=worksteal tests/integration/test_crashes.py tests/property/test_increments.py

mutations: $(DEV) ## Break promises on purpose; RANDOM=60 SEED=1 breaks code anywhere
	$(if $(RANDOM),$(BIN)/python -m tests.mutation.random_mutations $(RANDOM) $(or $(SEED),1),$(BIN)/pytest tests/mutation/mutations.py)

bench: $(DEV) ## Measure what runs cost beside other tools, write benchmarks/report.md; SIZE=medium, large
	$(BIN)/python -m benchmarks $(or $(SIZE),small)

tools:
	@{ command -v faketime && { command -v chromium || command -v google-chrome; } && { command -v initdb || ls /usr/lib/postgresql; }; } > /dev/null 2>&1 \
		|| { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -qq --no-install-recommends faketime chromium postgresql; } || true

java:
	@command -v java > /dev/null || { $(SUDO) apt-get update -qq && $(SUDO) apt-get install -qq --no-install-recommends openjdk-17-jre-headless; } || true

$(SAMPLE)/published: | $(READY)
	CX_LANDING= CX_HOME=$(SAMPLE) $(BIN)/cx run --sample

$(READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	sed -n '/^uv==/,/# via/p' requirements.lock | $(BIN)/python -m pip install --quiet --require-hashes -r /dev/stdin
	$(LOCKED) $(if $(wildcard $(TEXT)),--extra text) $(if $(wildcard $(DUCKLAKE)),--extra ducklake) $(if $(wildcard $(SPARK)),--extra spark)
	$(INSTALL) --no-deps --build-constraints requirements.lock -e .
	@touch $@

$(TEXT): $(READY)
	$(LOCKED) --extra text
	@touch $@

$(DUCKLAKE): $(READY)
	$(LOCKED) --extra ducklake
	@touch $@

$(SPARK): $(READY)
	$(LOCKED) --extra spark
	@touch $@

# Apart, as nothing of the warehouse imports it.
$(CLUSTER): requirements.lock | $(READY)
	$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .spark
	$(BIN)/uv pip install --quiet --python .spark/bin/python --require-hashes --constraints requirements.lock --build-constraints requirements.lock --group spark
	@touch $@

$(DEV): $(READY)
	$(LOCKED) --group dev
	@touch $@

$(SUPERSET): tests/bi/requirements.txt | $(READY)
	$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python .bi
	$(BIN)/uv pip install --quiet --compile-bytecode --python .bi/bin/python -r $<
	@touch $@
