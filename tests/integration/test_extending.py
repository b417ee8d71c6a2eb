"""What the README says of adding things, done to the letter by a new user."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.integration.conftest import Warehouse, land
from tests.integration.own_folder import begin_one_of_each
from tests.integration.slim import LANDED, slim_project
from tests.integration.starting import run_dbt

VISITS_SOURCE = """
version: 2

sources:
  - name: raw_stores
    description: Visits to our stores, from the door counters.
    config:
      loaded_at_field: _loaded_at
    tables:
      - name: visits
        description: One visit of a known customer.
        config:
          meta:
            key: [visit_id]
            rules:
              - name: leaves_after_entering
                expression: left_at >= entered_at
                message: left_at must not be before entered_at
        columns:
          - {name: visit_id, data_type: string, description: Identifies a visit.}
          - {name: customer_id, data_type: text, description: Customer who visits.}
          - name: entered_at
            data_type: timestamp
            description: Instant of entering in UTC.
            config: {meta: {required: true}}
          - {name: left_at, data_type: timestamp, description: Instant of leaving in UTC.}
"""

VISITS_RAW_EXPECTATIONS = '''
"""Guards raw_stores.visits."""

from expectations.raw._guards import columns_of_contract

SUITE = (columns_of_contract("raw_stores.visits"),)
'''

VISITS_STAGING = """
with newest as (
    select
        visit_id,
        customer_id,
        entered_at,
        left_at
    from {{ source('raw_stores', 'visits') }}
    qualify {{ is_newest('visit_id') }}
)

select * from newest
"""

VISITS_ROLLUP = """
with visits as (
    select * from {{ ref('stg_stores__visits') }}
),

counted as (
    select
        customer_id,
        cast(entered_at as date) as visit_date,
        count(*) as visits
    from visits
    group by all
)

select * from counted
"""

VISITS_ROLLUP_PROPERTIES = """
version: 2

models:
  - name: visits_daily
    description: Visits to our stores by customer and day.
"""

VISITS_MART = """
with daily as (
    select * from {{ ref('visits_daily') }}
),

counted as (
    select
        customer_id,
        cast(sum(visits) as bigint) as visits
    from daily
    group by customer_id
)

select * from counted
"""

VISITS_MART_PROPERTIES = """
version: 2

models:
  - name: visits_by_customer
    description: Visits to our stores by customer, over all of time.
    columns:
      - name: customer_id
        data_type: string
        description: Customer who visits.
        data_tests: [unique]
      - {name: visits, data_type: bigint, description: How often the customer came.}
"""

VISITS_EXPECTATIONS = '''
"""Guards marts.visits_by_customer."""

from expectations.suite import values_between

SUITE = (values_between("visits", 1, 10_000, severity="critical"),)
'''


# What says of a few tickets whether they were deleted; the one that was counts nowhere.
GONE = {0: "false", 1: "false", 2: "false", 12: "true"}


def test_a_source_a_mart_a_metric_and_a_segment_type_are_added_in_an_own_folder(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    extended = replace(warehouse, own=own)
    begin_one_of_each(extended)
    own_models = own / "models"
    land(own_models, "staging/stores/_stores__sources.yml", VISITS_SOURCE)
    land(own_models, "staging/stores/stg_stores__visits.sql", VISITS_STAGING)
    land(own, "expectations/raw/stores__visits.py", VISITS_RAW_EXPECTATIONS)
    land(own_models, "rollups/stores/visits_daily.sql", VISITS_ROLLUP)
    land(own_models, "rollups/stores/visits_daily.yml", VISITS_ROLLUP_PROPERTIES)
    land(own_models, "marts/stores/visits_by_customer.sql", VISITS_MART)
    land(own_models, "marts/stores/visits_by_customer.yml", VISITS_MART_PROPERTIES)
    land(own, "expectations/marts/visits_by_customer.py", VISITS_EXPECTATIONS)
    with (own / "seeds" / "segment_types.csv").open("a") as registry:
        registry.write("home_region,customer,region,Region,true\n")
        registry.write("team,customer,Tribe,Team,true\n")
        registry.write("mistaken,customer,regoin,Mistaken,true\n")
        registry.write("account,customer,account_id,Account,true\n")
        registry.write("tongue,event,language,Tongue,true\n")
        registry.write("shop,event,Store's name,Store,true\n")
        registry.write("urgency,event,priority,Urgency,true\n")
        registry.write("gone,event,is_deleted,Deleted,true\n")
        registry.write("said,event,comment,Comment,true\n")
        registry.write("each,event,invitation_id,Invitation,true\n")
        registry.write("mail,event,email,E-mail,true\n")
    land(
        own,
        "seeds/metric_targets.csv",
        "metric,segment_type,segment,target,alert_threshold\nnps,,,,\n"
        "pmf,all,all,0.2,0.4\npmf,plan,Growth,0.4,0.2\n"
        "reopen_rate,all,all,0.2,0.1\nces_score_mean,all,all,5,5\nnsp,all,all,40,20\n",
    )
    land(
        own,
        "seeds/improvements.csv",
        "improvement_id,change,touchpoint,theme,changed_on\n"
        "queue,Shorter queue,till,,2026-01-20\nidea,Vague idea,,,2026-01-20\n"
        "gift,Free gift,,gifts,2026-01-20\n",
    )
    land(own, "settings.yml", "trailing_days: 60\nevents_from: 2000-01-01\n")

    land(
        warehouse.landing,
        "stores/visits/2026-01-31.jsonl",
        '{"visit_id": "v1", "customer_id": "c1", "entered_at": "2026-01-31T10:00:00Z"}\n'
        '{"visit_id": "v2", "customer_id": "c1", "entered_at": "2026-01-31T12:00:00Z"}\n'
        '{"visit_id": "v3", "entered_at": "2026-01-31 12:00", "left_at": "2026-01-31 11:00"}\n',
    )
    land(
        warehouse.landing,
        "crm/customers/2026-01-31.csv",
        "customer_id,updated_at,region,Tribe,account_id\n"
        "c1,2026-01-01,Tyrol,red,a1\nc1,2026-02-01,Tyrol,blue,a1\nc2,2026-01-01,Tyrol,,a2\n",
    )
    land(
        warehouse.landing,
        "survey/responses/2026-01-31.csv",
        "response_id,instrument_id,customer_id,responded_at,score,language,Store's name\n"
        + "".join(f"r{n},nps_relationship,c1,2026-01-{11 + n},9,de,Graz\n" for n in range(10))
        + "".join(f"s{n},nps_relationship,c1,2026-01-{21 + n},0,fr, \n" for n in range(10))
        + "".join(f"p{n},pmf_1,c1,2026-01-{21 + n},{3 if n < 4 else 2},,\n" for n in range(10)),
    )
    land(
        warehouse.landing,
        "survey/invitations/2026-01-31.csv",
        "invitation_id,instrument_id,customer_id,sent_at\ni1,nps_relationship,c1,2026-01-31\n",
    )
    land(
        warehouse.landing,
        "tickets/tickets/2026-01-31.csv",
        "ticket_id,updated_at,created_at,priority,is_deleted,email\n"
        + "".join(
            f"t{n},2026-01-31,2026-01-31,{'low' if n % 2 else ''},{GONE.get(n, '')},a@b.c\n"
            for n in range(13)
        ),
    )
    land(
        warehouse.landing,
        "tickets/calls/2026-01-31.csv",
        "call_id,queued_at,ended_at\nk1,2026-01-31 10:00:00,2026-01-31 10:01:00\n",
    )
    printed = " ".join(extended.run().split())

    assert extended.query("from marts.visits_by_customer") == [("c1", 2)]
    assert "visits_daily" not in extended.tables()
    assert extended.query("from marts.clv_by_segment") == []
    assert extended.query_private("select count(*) from rollups.visits_daily") == [(1,)]
    assert extended.query_private("select rule from quarantine.stores__visits") == [
        ("leaves_after_entering",)
    ]
    assert extended.query(
        """
        select segment_type, segment, responses, nps from marts.nps_by_segment
        where segment_type in (select segment_type from marts.dim_segment_types where label in (
                'Region', 'Team', 'Team (current)', 'Mistaken', 'Account', 'Tongue', 'Store',
                'Urgency', 'Deleted', 'Comment', 'Invitation', 'E-mail'
            )) and period_grain = 'all'
        order by all
        """
    ) == [
        ("home_region", "Tyrol", 20, 0.0),
        ("shop", "Graz", 10, 100.0),
        ("shop", "unknown", 10, -100.0),
        ("team", "red", 20, 0.0),
        ("team_current", "blue", 20, 0.0),
        ("tongue", "de", 10, 100.0),
        ("tongue", "fr", 10, -100.0),
    ]
    assert extended.query(
        "select customer_team, sum(answers) from bi.answers where metric = 'nps' group by all"
    ) == [("red", 20)]
    assert extended.query(
        """
        select segment_type, segment, tickets, calls from marts.support_by_segment
        where period_grain = 'all' and segment_type in ('urgency', 'gone', 'shop', 'mail')
        order by all
        """
    ) == [
        ("gone", "false", 3, 0),
        ("gone", "unknown", 9, 0),
        ("urgency", "low", 6, 0),
        ("urgency", "unknown", 6, 0),
    ]
    assert extended.query(
        "select max(invitations) from marts.nps_by_segment where segment_type in ('tongue', 'shop')"
    ) == [(0,)]
    assert (
        "row mistaken of seeds/segment_types.csv is left out, since regoin is no attribute of"
        " customers, which have Tribe, acquisition_channel, age_band, buyer, contacted_support,"
        " country, industry, lifecycle, plan, region, sign_up_cohort, value_tier;"
        " row account of seeds/segment_types.csv is left out, since account_id is no attribute of"
    ) in printed
    for mistaken in (
        "row said of seeds/segment_types.csv is left out, since comment is personal, and no"
        " attribute of events, which have agent_id, bounced, cart_id,",
        "row each of seeds/segment_types.csv is left out, since invitation_id tells each of them"
        " apart, and is no attribute of events",
        "row mail of seeds/segment_types.csv is left out, since email is personal",
        "Name one of these in seeds/segment_types.csv, or a column beside them that has landed.",
    ):
        assert mistaken in printed
    assert extended.query(
        """
        select failed_rows, len(sampled_keys), is_blocking from marts.data_quality
        where check_name = 'segment_types_have_an_attribute' and not passed
        """
    ) == [(5, 5, False)]
    assert extended.query(
        """
        select metric, value, denominator from marts.metric_values
        where segment = 'Tyrol' and segment_type = 'home_region' and period_grain = 'all'
            and is_reportable and starts_with(metric, 'pmf')
        """
    ) == [("pmf", 0.4, 10.0)]
    assert (
        '"metrics_here":["pmf"]'
        in (extended.home / "published" / "report" / "more.html").read_text()
    )
    page = (extended.home / "published" / "report" / "answerers.html").read_text()
    assert "Who answers most" in page and '"missing"' not in page and '["c1"]' in page
    assert "Pmf │ overall │ 2026-01 │ 40.0%" in printed
    for mistaken in (
        "row pmf, all, all of seeds/metric_targets.csv has target 0.2 and alert_threshold 0.4:"
        " the target must be higher",
        "row reopen_rate, all, all of seeds/metric_targets.csv has target 0.2 and"
        " alert_threshold 0.1: the target must be lower",
        "row ces_score_mean, all, all of seeds/metric_targets.csv has target 5.0 and"
        " alert_threshold 5.0: the target must differ",
        "row nsp, all, all of seeds/metric_targets.csv is for no metric that there is",
        "row queue of seeds/improvements.csv is at the touchpoint till, which no answer has",
        "row idea of seeds/improvements.csv names neither a touchpoint nor a theme",
        "row gift of seeds/improvements.csv is about gifts, which is no theme of seeds/themes.csv",
        "Name a touchpoint that answers have, or a theme of seeds/themes.csv,",
    ):
        assert mistaken in printed
    assert "row pmf, plan, Growth" not in printed
    assert extended.query("from marts.answerers") == [("c1", 30, date(2026, 1, 30))]
    assert extended.query(
        "select segment, responses from marts.nps_by_segment"
        " where segment_type = 'buyer' and period_grain = 'all'"
    ) == [("not_ordered", 20)]
    assert extended.query(
        "select distinct metric, target from marts.metric_values where segment_type = 'all'"
        " and metric in ('nps', 'nps_trailing_60_days', 'pmf') order by all"
    ) == [("nps", None), ("nps_trailing_60_days", None), ("pmf", 0.2)]
    assert extended.query("select distinct length(own_version) from marts.publish_info") == [(12,)]
    models = ("pmf_metrics", "int_buyer_spans", "stg_doors__openings")
    unit_tests = [f"{model},test_type:unit" for model in models]
    tested = run_dbt(("test", "--select", *unit_tests), extended.environment)
    assert all(f"PASS {model}::" in tested.stdout for model in models), tested.stdout
    seen = extended.cx("preview", "answerers")
    assert seen.returncode == 0 and "Failed" not in seen.stdout, seen.stdout
    assert "Tests that passed: 2." in seen.stdout and "c1" in seen.stdout, seen.stdout
    assert (extended.home / "published" / "latest" / "visits_by_customer.parquet").exists()
    sampled = extended.cx(
        "sample", "--customers", "300", "--days", "200", "--out", str(tmp_path / "s")
    )
    assert sampled.returncode == 0, sampled.stdout + sampled.stderr


VISITS_CONNECTOR = '''
"""Brings what the door counters counted."""

import os
from pathlib import Path
from urllib.request import urlopen


def visits(folder: Path) -> None:
    """Land today's count as one file."""
    day = folder / "visits" / "2026-01-31.jsonl"
    day.parent.mkdir()
    with day.open("wb") as file, urlopen(os.environ["DOORS_URL"], timeout=10) as answer:
        file.write(answer.readline())
        file.write(answer.read())


DELIVERS = {"stores": visits}
'''


class Doors(BaseHTTPRequestHandler):
    """A counter of visits; on the way `/broken` its line is cut after the first visit."""

    def do_GET(self) -> None:
        visits = [{"visit_id": f"v{n}", "entered_at": "2026-01-31T10:00:00Z"} for n in range(2)]
        body = "".join(json.dumps(visit) + "\n" for visit in visits).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.path.startswith("/broken") else body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def doors() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Doors) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_connector_is_one_new_file_and_stops_nothing_when_it_fails(
    warehouse: Warehouse, tmp_path: Path, doors: str
) -> None:
    project, own = slim_project(tmp_path / "project"), tmp_path / "own"
    land(own, "models/staging/stores/_stores__sources.yml", VISITS_SOURCE)
    land(own, "connectors/door_counters.py", VISITS_CONNECTOR)
    connected = Warehouse(warehouse.home, warehouse.landing, project, own)
    first = connected.cx("run", DOORS_URL=f"{doors}/visits?key=secret")
    assert first.returncode == 0 and "deliver" in first.stdout, first.stdout
    visits = "select visit_id from raw_stores.visits order by all"
    assert connected.query_private(visits) == [("v0",), ("v1",)]

    (warehouse.landing / "stores" / "visits" / "2026-01-31.jsonl").write_text(
        '{"visit_id": "v9", "entered_at": "2026-01-31T10:00:00Z"}\n'
    )
    land(
        warehouse.landing, "crm/customers/2026-01-31.csv", "customer_id,updated_at\nc1,2026-01-01\n"
    )
    failed = connected.cx("run", DOORS_URL=f"{doors}/broken?key=secret")
    assert failed.returncode == 0, failed.stdout
    [warning] = [line for line in failed.stdout.splitlines() if "door_counters" in line]
    assert warning.startswith(
        "Warning: landing.stores, door_counters_delivers: the connector door_counters delivered"
        " nothing, as it raised IncompleteRead."
    )
    assert connected.query_private(visits) == [("v9",)]
    loaded = f"select landed_rows from marts.{LANDED} where source_table = 'raw_crm.customers'"
    assert connected.query(loaded) == [(1,)]
    told = "from marts.data_quality where check_name = 'door_counters_delivers' and not passed"
    assert connected.query(f"select count(*) {told}") == [(1,)]
    assert sorted(p.name for p in warehouse.landing.iterdir()) == ["crm", "stores"]

    again = connected.cx("run", DOORS_URL=f"{doors}/visits?key=secret")
    assert "door_counters" not in again.stdout
    assert connected.query_private(visits) == [("v0",), ("v1",)]


def test_a_mart_whose_model_is_deleted_is_published_no_more_until_it_is_back(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    slim = Warehouse(warehouse.home, warehouse.landing, slim_project(tmp_path / "project"))
    land(slim.landing, "crm/customers/2026-01-31.csv", "customer_id,updated_at\nc1,2026-01-01\n")
    models = slim.project / "dbt_project" / "models"
    steps = models / "intermediate"
    (steps / "kept.sql").write_text("select 1 as n")
    (steps / "named.sql").write_text("{{ config(alias='other_name') }} select 1 as n")
    views = "select view_name from duckdb_views() where schema_name = 'intermediate' order by all"
    slim.run()
    landed = slim.tables()[LANDED]
    assert slim.query_private(views) == [("kept",), ("other_name",)]

    files = [steps / "named.sql", *(models / "marts" / "core").glob(f"{LANDED}.*")]
    for file in files:
        file.rename(tmp_path / file.name)
    slim.run()
    assert LANDED not in slim.tables()
    assert slim.query_private(views) == [("kept",)]

    for file in files:
        (tmp_path / file.name).rename(file)
    slim.run()
    assert slim.tables()[LANDED] == landed
    assert slim.query_private(views) == [("kept",), ("other_name",)]
