"""A run builds and asks what may come out otherwise, and what stands is as if built anew."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from orchestration.running.check_log import STANDS_SINCE
from tests.integration.conftest import Warehouse, land
from tests.integration.published import sample_in
from tests.integration.slim import narrow_project, slim_project

ANSWERS = "response_id,instrument_id,responded_at,score\n"
TICKETS = "ticket_id,updated_at,customer_id,created_at\n"
REVIEWS = "review_id,platform,published_at,rating,rating_max\n"
# Tables with a suite that finds two reviews, and what its query reads.
GUARDED = {
    "landed": "{batch}",
    "change_explained": "marts.landed",
    "metric_values": "(select 'its.reviews' as source_table, 1 as landed_rows)",
}
TWO_REVIEWS = """
    select source_table from {read} where source_table like '%.reviews' and landed_rows > 1
"""
SUITE = """
from expectations.suite import no_rows

SUITE = (no_rows("a_review_is_alone", \"\"\"{query}\"\"\", severity="warning"),)
"""
# Takes a second at least, as what takes less may be lost by a kill.
HEAVY = """{{ config(materialized='table') }}
select count(*) as n from range(15000) as a(i), range(15000) as b(i) where a.i * b.i % 7 = 3
"""
ENDLESS = """{{ config(materialized='table') }}
select heavy.n from {{ ref('heavy') }} as heavy, range(1000000) as a(i), range(1000000) as b(i)
where a.i * b.i % 7 = -1
"""
QUICK = "{{ config(materialized='table') }} select n from {{ ref('heavy') }}"
EVENTS = "event_id,visitor_id,occurred_at,customer_id,event_type\n"


def standing(warehouse: Warehouse) -> dict[str, bool]:
    """Whether each table and view of the newest run stands, by its name."""
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    with warehouse.dagster() as instance:
        (record,) = instance.get_run_records(dg.RunsFilter(job_name="daily"), limit=1)
        events = instance.all_logs(record.dagster_run.run_id, of_type=kind)
        tables = [event.asset_materialization for event in events]
    return {
        table.asset_key.path[-1]: STANDS_SINCE in table.metadata
        for table in tables
        if table and "unique_id" in table.metadata
    }


def built_by(warehouse: Warehouse) -> set[str]:
    """Tables and views that the newest run built."""
    return {name for name, is_standing in standing(warehouse).items() if not is_standing}


def gates_standing(warehouse: Warehouse) -> dict[str, bool]:
    """Whether each check of the gate of the newest run stands, by its table."""
    kind = dg.DagsterEventType.ASSET_CHECK_EVALUATION
    with warehouse.dagster() as instance:
        (record,) = instance.get_run_records(dg.RunsFilter(job_name="daily"), limit=1)
        events = instance.all_logs(record.dagster_run.run_id, of_type=kind)
        checks = [event.get_dagster_event() for event in events]
    return {
        check.asset_check_evaluation_data.asset_key.path[-1]: STANDS_SINCE
        in check.asset_check_evaluation_data.metadata
        for check in checks
        if check.step_key == "gate_marts"
    }


@pytest.fixture
def built(tmp_path: Path) -> Warehouse:
    marts = ("dim_customers", "survey_answers_daily", "fct_sessions")
    project = narrow_project(tmp_path / "project", *marts)
    warehouse = sample_in(tmp_path, project)
    warehouse.run()
    return warehouse


def test_one_file_of_web_events_is_told_to_leave_surveys_as_they_are(built: Warehouse) -> None:
    assert not any(standing(built).values())
    known = "select min(customer_id) from marts.dim_customers where first_seen_at < '2026-06-01'"
    ((customer,),) = built.query(known)
    event = f"new,v,2026-06-20,{customer},page_view\n"
    land(built.landing, "web/events/2026-07-05.csv", EVENTS + event)
    before = datetime.now(UTC).replace(tzinfo=None)
    printed = built.run()
    stands = standing(built)
    names = {name for name, is_standing in stands.items() if is_standing}
    assert {"fct_survey_responses", "survey_answers_daily"} <= names
    assert not stands["int_customers_seen"]
    assert " stand), " in next(line for line in printed.splitlines() if line.startswith("build "))
    asked = built.query(
        "select checked_at from marts.data_quality where check_name like 'is_key_fct_survey%'"
    )
    assert len(asked) == 2 and max(asked) < (before,)  # told of both runs, with its time
    incremental = built.tables()
    publish_id = built.query("select distinct publish_id from marts.publish_info")
    built.run("--full")
    assert not any(standing(built).values())
    assert built.tables() == incremental
    assert built.query("select distinct publish_id from marts.publish_info") != publish_id
    found = built.query(
        """
        select list((table_name, check_name, failed_rows, sampled_keys))
        from marts.data_quality where layer = 'raw' and not passed group by run_id order by run_id
        """
    )
    *_, of_run, of_full_run = (sorted(map(str, checks)) for (checks,) in found)
    assert of_run == of_full_run != []


def test_what_was_built_before_a_kill_stands(tmp_path: Path) -> None:
    project = slim_project(tmp_path / "project")
    models = project / "dbt_project" / "models" / "rollups"
    models.mkdir(exist_ok=True)
    (models / "heavy.sql").write_text(HEAVY)
    (models / "endless.sql").write_text(ENDLESS)
    warehouse = Warehouse(tmp_path / "home", tmp_path / "landing", project)
    land(warehouse.landing, "survey/responses/2026-01-31.csv", ANSWERS + "a,nps,2026-01-31,9\n")
    kill_in_endless(warehouse)
    (models / "endless.sql").write_text(HEAVY)
    warehouse.run()
    stands = standing(warehouse)
    assert stands["heavy"]
    assert not stands["endless"]

    (models / "endless.sql").write_text(ENDLESS)
    kill_in_endless(warehouse)
    (models / "endless.sql").write_text(QUICK)
    warehouse.run()
    assert built_by(warehouse) == {"endless"}


def kill_in_endless(warehouse: Warehouse) -> None:
    """Start a run and kill it once the endless table is begun."""
    earlier = set(warehouse.home.glob("logs/run-*.log"))
    with warehouse.start_run() as run:
        while not any(
            "START sql table model rollups.endless" in log.read_text()
            for log in set(warehouse.home.glob("logs/run-*.log")) - earlier
        ):
            assert run.poll() is None
            time.sleep(0.1)
        os.killpg(run.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def slim(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of one mart that reads all raw tables, and others that read answers."""
    folder = tmp_path_factory.mktemp("slim")
    warehouse = Warehouse(folder / "home", folder / "landing", slim_project(folder / "project"))
    for table, read in GUARDED.items():
        suite = warehouse.project / "expectations" / "marts" / f"{table}.py"
        suite.write_text(SUITE.format(query=TWO_REVIEWS.format(read=read)))
    land(warehouse.landing, "survey/responses/2026-01-31.csv", ANSWERS + "a,nps,2026-01-31,9\n")
    warehouse.run()
    return warehouse


def test_what_reads_nothing_new_stands(slim: Warehouse) -> None:
    land(slim.landing, "tickets/tickets/2026-01-31.csv", TICKETS + "t,2026-01-31,c,2026-01-31\n")
    slim.run()
    stands = standing(slim)
    assert not stands.pop("landed")
    assert stands and all(stands.values())


def test_a_gate_is_asked_while_something_that_it_reads_changes_or_it_warns(slim: Warehouse) -> None:
    land(slim.landing, "voice/reviews/2026-01-31.csv", REVIEWS + "a,site,2026-01-31,5,5\n")
    assert "a_review_is_alone" not in slim.run()
    assert gates_standing(slim) == {
        "landed": False,
        "change_explained": False,
        "metric_values": True,
    }

    land(slim.landing, "voice/reviews/2026-02-01.csv", REVIEWS + "b,site,2026-02-01,5,5\n")
    for _ in range(2):
        printed = slim.run()
        assert "marts.landed, a_review_is_alone: 1 rows fail" in printed
        assert "marts.change_explained, a_review_is_alone: 1 rows fail" in printed
        assert [table for table, stands in gates_standing(slim).items() if stands] == [
            "metric_values"
        ]
        (slim.home / "completed.json").unlink()


def test_what_dbt_built_by_hand_is_built_anew(slim: Warehouse) -> None:
    dbt = str(Path(sys.executable).parent / "dbt")
    environment = {**slim.environment, "CX_WAREHOUSE_FILE": str(slim.home / "warehouse.duckdb")}
    project = slim.project / "dbt_project"
    command = [dbt, "run", "--select", "dim_metrics"]
    subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
    land(slim.landing, "tickets/tickets/2026-02-01.csv", TICKETS + "u,2026-02-01,c,2026-02-01\n")
    slim.run()
    assert built_by(slim) == {"dim_metrics", "landed"}


def test_other_code_of_one_model_or_registry_leaves_the_others_as_they_are(slim: Warehouse) -> None:
    holidays = slim.project / "seeds" / "holidays.csv"
    header, *rows = holidays.read_text().splitlines()
    # Of a file of more than 1 MiB dbt's checksum is that of its path.
    long = ",".join(["x" * 100_000] * 2)
    noted = "\n".join([f"{header},note,more", *(f"{row},{long}" for row in rows)])
    assert len(noted) > 2**20
    holidays.write_text(noted)
    models = "dbt_project/models/rollups"
    land(slim.project, f"{models}/counted.sql", "{{ config(materialized='table') }} select 1 as n")
    view = "{{ config(materialized='view') }} select * from {{ ref('counted') }}"
    land(slim.project, f"{models}/seen.sql", view)
    slim.run()
    assert built_by(slim) == {"holidays", "counted", "seen"}

    more = "{{ config(materialized='table') }} select 1 as n, 2 as m"
    land(slim.project, f"{models}/counted.sql", more)
    holidays.write_text(noted.replace("x", "y", 1))
    slim.run()
    assert built_by(slim) == {"holidays", "counted", "seen"}
    assert slim.query_private("select m from rollups.seen") == [(2,)]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("macros/halved.sql", "{% macro halved(n) %}{{ n }} / 2{% endmacro %}"),
        ("tests/generic/is_empty.sql", "{% test is_empty(model) %}from {{ model }}{% endtest %}"),
    ],
    ids=["macro", "generic test"],
)
def test_other_code_of_all_builds_all_anew(slim: Warehouse, file: str, code: str) -> None:
    land(slim.project, f"dbt_project/{file}", code)
    slim.run()
    assert not any(standing(slim).values())


def test_a_profile_says_where_the_seconds_of_each_phase_and_asset_went(slim: Warehouse) -> None:
    printed = slim.run("--full", "--profile")
    assert not any(gates_standing(slim).values())
    rows = [re.split(r"\s*│\s*", line)[1:3] for line in printed.splitlines() if line[:1] == "│"]
    taken = {name: float(seconds) for name, seconds in rows if re.fullmatch(r"[\d.]+", seconds)}
    phases = ["start-up", "load", "build", "build rest", "publish"]
    assert [name for name in taken if name in phases] == phases
    assert min(taken[name] for name in phases) > 0
    assert any(name.startswith("marts.") for name in taken)


def test_a_data_test_keeps_to_its_own_bounds(slim: Warehouse) -> None:
    rows_that_fail = {
        "warn_if='> 3'": 0,
        "warn_if='> 2'": 3,
        "limit=2": 2,
        "store_failures=true, alias='kept'": 3,
    }
    for number, config in enumerate(rows_that_fail):
        query = "select 'k' || range from range(3) -- {{ ref('dim_metrics') }}"
        config_of_test = f"{{{{ config(severity='warn', {config}) }}}}"
        land(slim.project, f"dbt_project/tests/bound_{number}.sql", f"{config_of_test} {query}")
    printed = slim.run()
    for number, rows in enumerate(rows_that_fail.values()):
        assert (f"bound_{number}: {rows} rows fail" in printed) == bool(rows)
    assert slim.query_private("select count(*) from dbt_test__audit.kept") == [(3,)]


def test_a_project_that_moved_is_built_from_where_it_is(slim: Warehouse) -> None:
    moved = slim.project.rename(slim.project.with_name("moved"))
    done = replace(slim, project=moved).cx("run", "--full")
    moved.rename(slim.project)
    assert done.returncode == 0, done.stdout
