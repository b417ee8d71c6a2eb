"""The graph that Dagster sees: its direction, its checks, and what starts it."""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from expectations import guarded_tables
from expectations.suite import values_between
from expectations.validate import CheckResult
from orchestration.building.fitting import ROLES
from orchestration.building.parsed import artefacts_dir
from orchestration.cli.status import failing_checks
from orchestration.contract import source_tables
from orchestration.overlay.project import lay_over
from orchestration.publishing.published import SCHEMAS
from orchestration.running.check_log import checked_tables
from orchestration.running.environment import export_environment
from orchestration.running.progress import Progress
from orchestration.running.warnings import Warned, sentences
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect
from orchestration.yaml_text import read_yaml
from tests.integration.starting import parsed_project

# Facts stand below what is summed of them, and the sums below what readers get of them.
FLOORS = [
    "landing",
    "raw",
    "seeds",
    "staging",
    "intermediate",
    "marts_core",
    "rollups",
    "marts",
    "bi",
    "metrics",
    "marts_headline",
    "published",
]
# The loader keeps its ledger beside the raw tables, and no step of its own makes it.
LEDGER = dg.AssetKey(["ledger", "files"])


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of its own for this module, so that no test writes into the source tree."""
    before = dict(os.environ)
    home = tmp_path_factory.mktemp("home")
    os.environ |= {"CX_HOME": str(home), "CX_LANDING": str(home / "landing")}
    export_environment(Settings())
    shutil.copytree(parsed_project(), artefacts_dir(Settings()))
    yield home
    os.environ.clear()
    os.environ |= before


@pytest.fixture(scope="module")
def definitions(home: Path) -> dg.Definitions:
    from orchestration.definitions import definitions

    return definitions()


@pytest.fixture(scope="module")
def graph(definitions: dg.Definitions) -> Any:
    return definitions.resolve_asset_graph()


@pytest.fixture(scope="module")
def manifest(definitions: dg.Definitions) -> dict[str, Any]:
    from orchestration.building.project import manifest

    return manifest(Settings())


@pytest.fixture(scope="module")
def checks(graph: Any) -> dict[dg.AssetCheckKey, dg.AssetCheckSpec]:
    return {key: graph.get_check_spec(key) for key in graph.asset_check_keys}


def floor(graph: Any, key: dg.AssetKey) -> int:
    group = "raw" if key == LEDGER else graph.get(key).group_name
    return FLOORS.index(group if group in FLOORS else group.split("_")[0])


def test_the_graph_has_one_direction(graph: Any) -> None:
    backwards = {
        (parent.to_user_string(), key.to_user_string())
        for key in graph.get_all_asset_keys()
        for parent in graph.get(key).parent_keys
        if floor(graph, parent) > floor(graph, key)
    }
    assert backwards == set()


def test_every_asset_stands_in_the_group_of_its_schema(graph: Any) -> None:
    for key in graph.get_all_asset_keys() - {LEDGER}:
        schema, asset = key.path[0], graph.get(key)
        group = "seeds" if schema == "registries" else schema.split("_")[0]
        fitted_to = {graph.get(parent).group_name for parent in asset.parent_keys}
        assert asset.group_name.split("_")[0] in (fitted_to if schema == "fits" else {group})


def test_every_table_of_the_contract_is_loaded_from_its_landing_folder(graph: Any) -> None:
    for table in source_tables():
        node = graph.get(dg.AssetKey([table.schema, table.name]))
        assert node.is_materializable
        assert node.parent_keys == {dg.AssetKey(["landing", table.source])}


def test_the_catalogue_says_which_columns_may_be_null_and_which_are_personal(graph: Any) -> None:
    contracts = (PROJECT_ROOT / "dbt_project" / "models" / "staging").glob("*/_*__sources.yml")
    told = {}
    for source in (s for file in contracts for s in read_yaml(file.read_text())["sources"]):
        for table in source["tables"]:
            schema = graph.get(dg.AssetKey([source["name"], table["name"]])).metadata
            columns = schema["dagster/column_schema"].columns
            found = {c.name: (c.constraints.nullable, "pii" in c.tags) for c in columns}
            about = table["config"]["meta"]
            needed = {*about["key"], about.get("version")}
            wanted = {}
            for column in table["columns"]:
                meta = column.get("config", {}).get("meta", {})
                required = column["name"] in needed or meta.get("required", False)
                wanted[column["name"]] = (not required, meta.get("pii", False))
            assert found == wanted
            told[table["name"]] = found
    assert told["responses"]["response_id"] == (False, False)
    assert told["responses"]["score"] == (True, False)
    assert told["customers"]["updated_at"] == (False, False)  # the version
    assert told["customers"]["email"] == (True, True)


def test_the_catalogue_tells_of_staging_what_the_contract_says(graph: Any) -> None:
    told = graph.get(dg.AssetKey(["staging", "stg_survey__responses"])).metadata
    columns = {column.name: column for column in told["dagster/column_schema"].columns}
    [table] = [t for t in source_tables() if t.full_name == "raw_survey.responses"]
    for column in table.columns:
        assert columns[column.name].description == column.description
        assert columns[column.name].type == column.data_type


BETWEEN = (
    values_between("score", 0, 10, severity="critical"),
    values_between("days", 0, 10, severity="warning"),
)


def test_only_a_critical_check_that_blocks_fails_a_run_and_is_told_as_such() -> None:
    from orchestration.defs.gates import check_result, check_specs

    guarded = {"marts.guarded": True, "raw_shop.guarded": False}
    specs = [
        s for table, blocks in guarded.items() for s in check_specs(table, BETWEEN, blocks=blocks)
    ]

    @dg.multi_asset_check(name="gate_marts", specs=specs)
    def gate() -> Iterator[dg.AssetCheckResult]:
        for table in guarded:
            for check in BETWEEN:
                found = CheckResult(check.name, False, check.severity, 9, 3, (), "3 rows fail")
                yield check_result(table, found)

    tables = [dg.AssetSpec(table.split(".")) for table in guarded]
    everything = dg.define_asset_job("daily", dg.AssetSelection.all_asset_checks())
    job = dg.Definitions(tables, asset_checks=[gate], jobs=[everything]).resolve_job_def("daily")
    progress = Progress(["gate_marts"], Settings(), lambda phase, summary: None)
    with dg.DagsterInstance.get() as instance:
        run_id = str(uuid.uuid4())
        instance.add_event_listener(run_id, progress)
        job.execute_in_process(instance=instance, run_id=run_id, raise_on_error=False)
        checks = {(c.table_name, c.check_name): c for c in checked_tables(instance)}
    blocking, *others = [f"{table}, {check.name}" for table in guarded for check in BETWEEN]
    [failure] = progress.failures
    assert failure.startswith(f"{blocking}: 3 rows fail. ")
    assert [warning.split(":")[0] for warning in progress.warnings] == others
    told = {f"{table}, {name}" for (table, name), check in checks.items() if check.is_blocking}
    assert told == {blocking}
    by_severity = failing_checks(Settings())
    severities = [list(column.cells) for column in by_severity.columns][1]
    assert severities == ["stops", "warns", "warns", "warns"]


def test_many_tables_that_fail_a_check_alike_are_told_of_in_one_sentence() -> None:
    few = [Warned(f"raw_a.t{n}", "is_fresh", f"of day {n}", "Ask.") for n in range(5)]
    other = Warned("raw_a.t9", "is_full", "is empty", "Ask.")
    assert sentences([*few, other]) == [*map(str, few), str(other)]
    last = Warned("raw_a.t5", "is_fresh", "of day 5", "Ask.")
    assert sentences([*few, other, last]) == [
        "is_fresh fails for 6 tables, which `cx status` lists, such as raw_a.t0 and raw_a.t1; "
        "of raw_a.t0: of day 0. Ask.",
        "raw_a.t9, is_full: is empty. Ask.",
    ]


def test_raw_tables_are_partitioned_by_day_and_load_any_days_in_one_run(
    definitions: dg.Definitions, graph: Any
) -> None:
    days = definitions.resolve_job_def("daily").partitions_def
    assert days is not None and days.has_partition_key(datetime.now(UTC).date().isoformat())
    for table in source_tables():
        node = graph.get(dg.AssetKey([table.schema, table.name]))
        assert node.partitions_def == days
        assert node.backfill_policy == dg.BackfillPolicy.single_run()


def test_every_model_and_seed_is_an_asset_named_as_its_table(
    graph: Any, manifest: dict[str, Any]
) -> None:
    tables = {
        (node["schema"], node["alias"])
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"model", "seed", "snapshot"}
        and node["config"]["materialized"] != "ephemeral"
    }
    assets = {tuple(key.path) for key in graph.materializable_asset_keys}
    sources = {(node["schema"], node["name"]) for node in manifest["sources"].values()}
    published = {("published", "cx"), ("published", "report")}
    assert assets == tables | sources - {("ledger", "files")} | published


def test_every_model_is_published_or_read_by_another_or_by_a_fit(manifest: dict[str, Any]) -> None:
    unread = {
        node["name"]
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["schema"] not in {"staging", *SCHEMAS}
        if not any(child.startswith("model.") for child in manifest["child_map"][unique_id])
    }
    fits = manifest["sources"].values()
    assert unread <= {fit["meta"].get(role) for fit in fits for role in ROLES}


def test_every_dbt_test_is_a_check_that_blocks_when_it_is_an_error(
    checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec], manifest: dict[str, Any]
) -> None:
    tests = {
        unique_id: node["config"]["severity"].lower() == "error"
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "test"
    }
    found = {
        spec.metadata["dagster_dbt/unique_id"]: spec.blocking
        for spec in checks.values()
        if "dagster_dbt/unique_id" in spec.metadata
    }
    assert found == tests


@pytest.mark.parametrize("edge", ["raw", "marts"])
def test_every_expectation_is_a_check_and_those_of_marts_block_when_critical(
    edge: Any, graph: Any, checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec]
) -> None:
    for table, suite in guarded_tables(edge).items():
        asset = dg.AssetKey(table.split("."))
        assert graph.has(asset), f"{table} is guarded but nothing makes it"
        for expectation in suite:
            spec = checks[dg.AssetCheckKey(asset, expectation.name)]
            assert spec.blocking == (edge == "marts" and expectation.severity == "critical")


def test_every_check_says_what_it_asks(
    checks: dict[dg.AssetCheckKey, dg.AssetCheckSpec],
) -> None:
    told = {key.name: check.description for key, check in checks.items()}
    assert not [name for name, description in told.items() if not description]
    assert told["is_key_fct_calls_call_id"] == "is_key: call_id"
    assert told["customers_are_in_crm"] == (
        "Customers whom the CRM does not know, while it knows others, are in the segment 'unknown'."
    )


def test_what_is_published_stands_below_every_mart(graph: Any) -> None:
    marts = {key for key in graph.get_all_asset_keys() if key.path[0] in SCHEMAS}
    assert graph.get(dg.AssetKey(["published", "cx"])).parent_keys == marts


def test_the_schedule_starts_the_whole_job_every_day(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("every_morning")
    assert schedule.job_name == "daily"
    today = datetime(2024, 3, 1, 5, tzinfo=UTC)
    assert schedule.cron_schedule == "0 5 * * *"
    with dg.build_schedule_context(scheduled_execution_time=today) as context:
        ticks = schedule.evaluate_tick(context).run_requests
    assert ticks is not None and len(ticks) == 1
    steps = {node.name for node in definitions.resolve_job_def("daily").nodes}
    loads = {f"load__{table.source}__{table.name}" for table in source_tables()}
    assert steps == loads | {
        "build",
        "fit",
        "build_rest",
        "gate_marts",
        "publish",
        "report",
    }


def test_the_sensor_starts_a_run_when_files_come_change_or_go(
    definitions: dg.Definitions, home: Path
) -> None:
    sensor = definitions.resolve_sensor_def("new_files")
    cursor: str | None = None

    def runs_started() -> int:
        nonlocal cursor
        with (
            dg.DagsterInstance.ephemeral() as instance,
            dg.build_sensor_context(instance, cursor) as context,
        ):
            tick = sensor.evaluate_tick(context)
        cursor = tick.cursor
        return len(tick.run_requests or [])

    folder = home / "landing" / "survey" / "responses"
    assert runs_started() == 0
    folder.mkdir(parents=True)
    (folder / "2024-01-01.csv").write_text("response_id\n")
    assert [runs_started(), runs_started()] == [1, 0]
    (folder / "2024-01-01.csv").write_text("response_id\na\n")
    assert [runs_started(), runs_started()] == [1, 0]
    (folder / "2024-01-02.csv").write_text("response_id\n")
    assert [runs_started(), runs_started()] == [1, 0]
    (folder / "2023-01-31.csv").write_text("response_id\n")
    assert [runs_started(), runs_started()] == [1, 0]
    (folder / "2024-01-02.csv").unlink()
    assert [runs_started(), runs_started()] == [1, 0]


def test_one_run_at_a_time_and_no_telemetry() -> None:
    with dg.DagsterInstance.get() as instance:
        queue = instance.get_concurrency_config().run_queue_config
        assert queue is not None and queue.max_concurrent_runs == 1
        assert not instance.telemetry_enabled
    assert os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"


def test_a_step_waits_while_another_program_has_the_file_open(home: Path) -> None:
    from orchestration.defs.resources import Warehouse

    warehouse = Settings().warehouse_file
    connect(Settings()).close()
    program = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout and holder.stdout.readline()
    with pytest.raises(dg.RetryRequested):
        Warehouse().connect()
    holder.communicate("\n")
    Warehouse().connect().close()


@pytest.mark.slow
def test_dagster_itself_finds_no_fault_with_the_definitions() -> None:
    checked = subprocess.run(
        [Path(sys.executable).parent / "dg", "check", "defs"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_span_attribute_without_its_model_is_told_with_the_setting_and_what_would_do() -> None:
    """By what dbt 1.11 says of one; anything else is passed on in one line."""
    from orchestration.building.project import project_reason

    missing = (
        "Compilation Error\n  Model 'model.cx.int_profile_spans' (models/intermediate/customers/"
        "int_profile_spans.sql) depends on a node named 'int_loyalty_level_spans' which was not"
        " found"
    )
    assert project_reason(missing) == (
        "the var segment_spans in dbt_project/dbt_project.yml names loyalty_level, but there is no"
        " model int_loyalty_level_spans: add it (README, Add a segment), or take loyalty_level out"
        " of the var"
    )
    other = (
        "Compilation Error\n  Model 'model.cx.a' depends on a node named 'b' which was not found"
    )
    assert project_reason(other) == (
        "Compilation Error Model 'model.cx.a' depends on a node named 'b' which was not found"
    )


def test_the_owner_of_an_asset_is_that_of_its_source_or_topic_else_of_its_layer_or_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    from orchestration import owners
    from orchestration.defs.landing import landing_spec
    from orchestration.defs.models import TRANSLATOR

    own = tmp_path / "own"
    own.mkdir()
    named = {
        "support": "team:helpdesk",
        "marts": "bi@example.com",
        "survey": "insights@example.com",
    }
    (own / "settings.yml").write_text(yaml.safe_dump({"owners": named}))
    monkeypatch.setenv("CX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CX_OWN", str(own))
    lay_over(Settings())
    owners.setting.cache_clear()
    request.addfinalizer(owners.setting.cache_clear)

    def of_model(*folders: str) -> list[str]:
        return TRANSLATOR.get_owners({"fqn": ["cx", *folders, "model"]})

    assert landing_spec("survey").owners == ["insights@example.com"]
    assert landing_spec("crm").owners == []
    assert of_model("marts", "support") == ["team:helpdesk"]
    assert of_model("marts", "loyalty") == ["bi@example.com"]
    assert of_model("staging", "survey") == ["insights@example.com"]
    assert of_model("rollups", "loyalty") == of_model() == []
