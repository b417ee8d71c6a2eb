"""The daily job from landing files to the published file, and all that may stop it."""

import json
from datetime import date
from hashlib import md5
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration.building.fits.texts.extra import versions
from orchestration.building.inherited import describe_staging
from tests.integration.conftest import Warehouse, land
from tests.integration.published import copy_of, printed_by_its_run, published_sample
from tests.integration.shuffling import models_that_change
from tests.integration.slim import narrow_project

MARTS_COLUMNS = "from duckdb_columns() where schema_name = 'marts'"
ANSWERS = "response_id,instrument_id,customer_id,responded_at,score"


@pytest.fixture(scope="module")
def first() -> Warehouse:
    """A warehouse after its first run on a small sample."""
    return published_sample()


@pytest.fixture
def built(first: Warehouse, tmp_path: Path) -> Warehouse:
    """A copy of that warehouse, to go on from."""
    return copy_of(first, tmp_path)


def test_each_column_of_staging_is_one_of_its_contract_or_described(first: Warehouse) -> None:
    manifest = json.loads((first.home / "logs" / "dbt" / "manifest.json").read_text())
    describe_staging(manifest)
    described = {
        (node["name"], column["name"])
        for node in manifest["nodes"].values()
        if node["schema"] == "staging" and node["resource_type"] == "model"
        for column in node["columns"].values()
        if column["description"]
    }
    columns = "select table_name, column_name from duckdb_columns() where schema_name = 'staging'"
    assert described == set(first.query_private(columns))


def test_first_run_shows_its_phases_and_the_headline_table(first: Warehouse) -> None:
    printed = printed_by_its_run(first)
    phases = ["load", "build", "fit", "build rest", "gate marts", "publish"]
    starts = [line[:12].strip() for line in printed.splitlines()]
    assert [start for start in starts if start in phases] == phases
    for headline in ("NPS", "CSAT", "CES", "Logo churn", "Net revenue retention", "Lifetime value"):
        assert headline in printed
    assert str(first.home / "published" / "cx.duckdb") in printed


def test_dagster_shows_rows_bytes_and_seconds_of_a_table_and_what_a_publish_says(
    first: Warehouse,
) -> None:
    def told(*key: str) -> dict[str, Any]:
        event = instance.get_latest_materialization_event(dg.AssetKey(key))
        assert event and event.asset_materialization
        return {name: told.value for name, told in event.asset_materialization.metadata.items()}

    with first.dagster() as instance:
        mart, publish = told("marts", "nps_by_segment"), told("published", "cx")
        raw, report = told("raw_survey", "responses"), told("published", "report")
        [seen] = instance.fetch_observations(dg.AssetKey(["marts", "nps_by_segment"]), 1).records
    assert (
        mart["dagster/row_count"] == first.query("select count(*) from marts.nps_by_segment")[0][0]
    )
    assert mart["bytes"] > 0 and mart["Execution Duration"] > 0 and raw["bytes"] > 0
    assert publish["bytes"] == (first.home / "published" / "cx.duckdb").stat().st_size
    pages = [file for file in (first.home / "published" / "report").rglob("*") if file.is_file()]
    assert report["bytes"] == sum(page.stat().st_size for page in pages)
    shown = {record.data["metric"]: record.data for record in publish["headline metrics"].records}
    months = first.query(
        """
        select value from marts.metric_values
        where metric = 'nps' and segment_type = 'all' and period_grain = 'month'
        order by period_start
        """
    )
    assert shown["NPS"]["value"] in {f"{value:.1f}" for (value,) in months if value is not None}
    assert 0 < len(shown["NPS"]["months"]) <= min(12, len(months))
    assert seen.asset_observation
    assert f"{seen.asset_observation.metadata['NPS'].value:.1f}" == shown["NPS"]["value"]


def test_what_a_run_makes_is_for_its_owner_only(first: Warehouse) -> None:
    """Dagster's files, dbt's, logs and sample among them, whatever process wrote them."""
    made = [path for path in first.home.rglob("*") if not path.is_symlink()]
    assert len(made) > 100
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_every_row_that_landed_is_loaded_or_in_quarantine(first: Warehouse) -> None:
    truth = json.loads((first.landing / "truth.json").read_text())
    loaded = first.query_private(
        """
        select source || '/' || table_name, sum(rows_in_file)::bigint, sum(rows_quarantined)::bigint
        from ledger.files where regexp_matches(file, '/[0-9-]*[.][a-z.]*$') group by all
        """
    )
    assert {name: rows for name, rows, _ in loaded} == truth["rows"]
    quarantined = {name: rows for name, _, rows in loaded if rows}
    assert quarantined == truth["dirt"]["quarantined"]


def test_answers_that_cannot_be_scored_stay_with_their_reason(first: Warehouse) -> None:
    dirt = json.loads((first.landing / "truth.json").read_text())["dirt"]
    reasons = dict(
        first.query(
            """
            select exclusion_reason, count(*) from marts.fct_survey_responses
            where exclusion_reason not in ('not_answered', 'employee_audience', 'resubmitted')
            group by all
            """
        )
    )
    assert reasons == {
        "off_scale": dirt["off_scale"]["survey/responses"],
        "unknown_instrument": dirt["unregistered_instrument"]["survey/responses"],
    }


@pytest.mark.parametrize(
    ("check", "dirt", "path"),
    [
        ("answers_are_on_scale", "off_scale", "survey/responses"),
        ("customers_are_in_one_variant", "second_variant", "experiments/assignments"),
    ],
)
def test_data_quality_counts_what_is_planted_and_names_some(
    first: Warehouse, check: str, dirt: str, path: str
) -> None:
    planted = json.loads((first.landing / "truth.json").read_text())["dirt"][dirt][path]
    found = first.query(
        f"""
        select failed_rows, len(sampled_keys) > 0, is_blocking from marts.data_quality
        where check_name = '{check}' and not passed
        """
    )
    assert found == [(planted, True, False)]


def test_data_quality_has_checks_of_every_layer(first: Warehouse) -> None:
    layers = first.query("select distinct layer from marts.data_quality order by 1")
    assert {"raw", "staging", "marts"} <= {layer for (layer,) in layers}


def test_nothing_personal_is_published(first: Warehouse) -> None:
    columns = {name for (name,) in first.query(f"select column_name {MARTS_COLUMNS}")}
    assert columns.isdisjoint({"email", "full_name", "comment", "body", "subject", "author_handle"})
    published = (first.home / "published" / "cx.duckdb").read_bytes()
    address = first.query_private("select email from raw_crm.customers where email is not null")[0]
    assert address[0].encode() not in published


def test_published_columns_are_described(first: Warehouse) -> None:
    assert first.query(f"select table_name, column_name {MARTS_COLUMNS} and comment is null") == []


# What cannot have happened, in files of days that have not come: rows and their table.
IMPOSSIBLE = {
    "orders/orders": (
        "order_id,updated_at,customer_id,status,currency,ordered_at,total_amount",
        "x1,2026-06-01,C1,completed,USD,9999-12-31T23:59:59,10",
        "x2,2026-06-01,C2,completed,USD,2226-01-01,10",
        "x3,2226-01-01,C3,completed,USD,1900-01-01,10",
        "x4,2026-06-01,C3,completed,USD,9999-12-31T23:59:59-05:00,10",
        "x5,2026-06-01,C3,completed,USD,0001-01-01,10",
    ),
    "tickets/tickets": (
        "ticket_id,updated_at,customer_id,created_at",
        "x1,2226-01-01,C1,2226-01-01",
        "x2,2026-06-01,C2,9999-12-31T23:59:59",
    ),
    "tickets/events": (
        "event_id,ticket_id,event_type,actor_type,new_status,occurred_at",
        "x1,x1,status_changed,agent,solved,2226-01-02",
        "x2,x2,status_changed,agent,solved,1900-01-01",
    ),
    "tickets/calls": (
        "call_id,customer_id,queued_at,ended_at",
        "x1,C1,2226-01-01,2226-01-02",
        "x2,C2,2026-06-01,9999-12-31T23:59:59",
    ),
    "survey/responses": (ANSWERS, "x1,nps_relationship,C1,9999-12-31T23:59:59,9"),
    "survey/invitations": (
        "invitation_id,instrument_id,customer_id,sent_at",
        "x1,nps_relationship,C1,2226-01-01",
    ),
    "crm/subscriptions": (
        "subscription_id,updated_at,customer_id,mrr,currency,status,started_at,ended_at",
        "x1,2226-01-01,C1,10,USD,active,2226-01-01,",
        "x2,2026-06-01,C2,10,USD,active,1900-01-01,",
        "x3,2026-06-01,C3,10,USD,active,2226-01-01,9999-12-31T23:59:59",
    ),
    "crm/customers": (
        "customer_id,updated_at,plan",
        "C1,9999-12-31T23:59:59,Sentinel",
        "C2,2226-01-01,Sentinel",
    ),
}
UNTOUCHED = (
    "agents_by_period",
    "churn_by_segment",
    "clv_by_segment",
    "dim_customer_segments",
    "employee_surveys_by_segment",
    "fct_subscription_months",
    "mrr_by_cohort",
    "renewals_by_segment",
    "retention_by_cohort",
    "subscriptions_by_segment",
    "support_by_segment",
    "survival_by_segment",
)


def test_no_order_of_rows_shows_in_a_bit_of_any_model(built: Warehouse) -> None:
    assert models_that_change(built.home) == set()


def test_one_new_day_rebuilds_only_its_month_and_the_impossible_counts_nowhere(
    built: Warehouse,
) -> None:
    scores = (
        "select responses from marts.nps_by_segment where segment_type = 'all' and period_grain"
    )
    for table, lines in IMPOSSIBLE.items():
        land(built.landing, f"{table}/9999-12-31.csv", "\n".join(lines))
    before = built.query(f"{scores} = 'all'")[0][0]
    tables = built.tables()
    fingerprints = """
        select distinct event_month, input_fingerprint from marts.fct_survey_responses order by 1
    """
    unchanged = built.query_private(fingerprints)
    land(
        built.landing,
        "survey/responses/2026-07-01.csv",
        f"{ANSWERS},comment\n"
        + "".join(f"new{n},nps_relationship,,2026-07-01,9,Never seen before\n" for n in range(12)),
    )
    looked_at = vectors(built)
    built.run()
    new = {md5(b"never seen before").hexdigest()} if versions() else set()
    assert {text for text, _ in vectors(built) - looked_at} == new
    assert looked_at <= vectors(built)
    assert built.query(f"{scores} = 'all'") == [(before + 12,)]
    assert built.query(f"{scores} = 'month' and period_start = '2026-07-01'") == [(12,)]
    *months, newest, impossible = built.query_private(fingerprints)
    assert months == unchanged
    assert [newest[0], impossible[0]] == [date(2026, 7, 1), date(9999, 12, 1)]
    after = built.tables()
    assert {name: after[name] for name in UNTOUCHED} == {name: tables[name] for name in UNTOUCHED}
    counted = built.query(
        """
        select split_part(table_name, '__', 2), failed_rows from marts.data_quality
        where check_name like 'are_plausible%' and not passed and len(sampled_keys) > 0
        """
    )
    assert dict(counted) == {
        "orders": 3,
        "ticket_versions": 2,
        "events": 2,
        "calls": 2,
        "responses": 1,
        "invitations": 1,
        "subscription_versions": 2,
        "customer_versions": 2,
    }


def vectors(warehouse: Warehouse) -> set[tuple[str, str]]:
    """Texts that were embedded, each with what its vector is known by."""
    kept = "select text_hash, md5(vector::text) from fits.text_vectors"
    return set(warehouse.query_private(kept))


@pytest.fixture(scope="module")
def of_surveys(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse of some marts, which has published answers alone, some of which came twice."""
    folder = tmp_path_factory.mktemp("of-surveys")
    marts = ("nps_by_segment", "csat_by_segment", "dim_customers", "dim_metrics")
    project = narrow_project(folder / "project", *marts)
    warehouse = Warehouse(folder / "home", folder / "landing", project)
    answers = "".join(f"r{n},nps_relationship,c{n},2026-01-30,10\n" for n in range(20))
    of_support = "".join(f"s{n},csat_support,c{n},2026-0{1 + n % 2}-10,5\n" for n in range(20))
    for day, rows in {"2026-01-30": answers, "2026-01-31": answers + of_support}.items():
        land(warehouse.landing, f"survey/responses/{day}.csv", f"{ANSWERS}\n{rows}")
    warehouse.run()
    return warehouse


def test_sources_that_never_landed_are_empty_tables(of_surveys: Warehouse) -> None:
    assert of_surveys.query(
        """
        select responses, nps from marts.nps_by_segment
        where period_grain = 'all' and segment = 'all'
        """
    ) == [(20, 100.0)]
    for empty in ("fct_orders", "fct_tickets", "fct_subscription_months"):
        assert of_surveys.query(f"select count(*) from marts.{empty}") == [(0,)]
    # Nobody tells an attribute of these customers: no spans, and the segments of whom none is told.
    assert of_surveys.query("select count(*) from marts.dim_customers") == [(20,)]
    assert of_surveys.query("select count(*) from marts.dim_customer_segments") == [(0,)]
    assert of_surveys.query(
        """
        select distinct segment from marts.nps_by_segment
        where responses = 20 and segment_type in (
            'plan', 'lifecycle', 'lifecycle_current', 'value_tier', 'contacted_support'
        ) order by 1
        """
    ) == [("no_orders",), ("not_contacted",), ("prospect",), ("unknown",)]
    of_orders = "segment_type in ('product_category', 'delivery')"
    assert of_surveys.query(f"select count(*) from marts.csat_by_segment where {of_orders}") == [
        (0,)
    ]
    # Without spread in either month a change has no p.
    assert of_surveys.query(
        """
        select period_start, csat, csat_change, csat_change_p from marts.csat_by_segment
        where period_grain = 'month' and segment = 'all' order by period_start
        """
    ) == [(date(2026, 1, 1), 1.0, None, None), (date(2026, 2, 1), 1.0, 0.0, None)]


@pytest.mark.parametrize(
    ("model", "sound", "broken", "check"),
    [
        (
            "staging/survey/stg_survey__responses.sql",
            "qualify {{ is_newest('response_id') }}",
            "",
            "is_key_fct_survey_responses_response_id",
        ),
        (
            "marts/survey/nps_by_segment.sql",
            "{{ score('estimate') }} as nps,",
            "{{ score('estimate * 10') }} as nps,",
            "nps_in_range",
        ),
    ],
    ids=["dbt test", "gate of the marts"],
)
def test_a_fault_in_a_model_is_caught_and_nothing_is_published(
    model: str, sound: str, broken: str, check: str, of_surveys: Warehouse
) -> None:
    file = of_surveys.project / "dbt_project" / "models" / model
    as_it_was = file.read_text()
    assert sound in as_it_was
    before = of_surveys.tables()

    file.write_text(as_it_was.replace(sound, broken))
    done = of_surveys.cx("run")
    file.write_text(as_it_was)

    assert done.returncode == 1
    assert check in done.stdout
    assert of_surveys.tables() == before
