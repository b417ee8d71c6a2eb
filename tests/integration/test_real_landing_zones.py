"""Real data gives the figures that were computed from the originals by other means.

One zone goes through all models, the others through those of the figures.
"""

import gzip
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from orchestration.building.fits.texts.extra import versions
from tests.integration.conftest import PROJECT, SHARED_LANDING, Warehouse
from tests.integration.slim import narrow_project

pytestmark = pytest.mark.skipif(
    not SHARED_LANDING.exists() and "CI" not in os.environ,
    reason=f"there are no real landing zones in {SHARED_LANDING}",
)


def built(
    zone: str, folder: Path, *marts: str, landing: Path | None = None
) -> tuple[Warehouse, Any]:
    project = narrow_project(folder / "project", *marts) if marts else PROJECT
    warehouse = Warehouse(folder / "home", landing or SHARED_LANDING / zone, project)
    warehouse.run()
    return warehouse, json.loads((SHARED_LANDING / zone / "expected.json").read_text())


def with_fewer_comments(zone: str, landing: Path) -> Path:
    """The zone with a comment in twelve, as to embed all 3,692 takes two minutes."""
    shutil.copytree(SHARED_LANDING / zone, landing, copy_function=shutil.copyfile)
    for file in landing.rglob("*.jsonl.gz"):
        rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
        for number, row in enumerate(row for row in rows if row["comment"]):
            row["comment"] = None if number % 12 else row["comment"]
        file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return landing


def test_retail(tmp_path: Path) -> None:
    warehouse, expected = built("retail", tmp_path)
    assert warehouse.query(
        """
        select count(*), count(*) filter (where status = 'returned'),
            count(*) filter (where customer_id is null), sum(lines)::bigint,
            sum(net_amount_reporting) filter (where is_counted)::double,
            count(distinct customer_id)
        from marts.fct_orders
        """
    ) == [
        (
            expected["orders"],
            expected["returned_orders"],
            expected["orders_without_customer"],
            expected["order_lines"],
            pytest.approx(expected["net_revenue"], abs=0.005),
            expected["customers"],
        )
    ]
    revenue = "select revenue_historical, customers from marts.clv_by_segment where"
    assert warehouse.query(f"{revenue} segment_type = 'all'") == [
        (pytest.approx(expected["net_revenue_of_known_customers"]), expected["customers"])
    ]
    by_country = dict(
        warehouse.query(
            """
            select country, sum(net_amount_reporting)::double
            from marts.fct_orders inner join marts.dim_customers using (customer_id)
            where is_counted group by all
            """
        )
    )
    # The originals know the country of orders without a customer, which no table that lands does:
    # the figures agree where there are none.
    assert by_country["Netherlands"] == pytest.approx(
        expected["net_revenue_by_country"]["Netherlands"]
    )


def test_helpdesk(tmp_path: Path) -> None:
    warehouse, expected = built("helpdesk", tmp_path, "support_by_segment")
    assert warehouse.query(
        """
        select count(*), sum(events)::bigint, count(*) filter (where is_reopened),
            sum(reopens)::bigint, count(*) filter (where is_solved_or_closed),
            count(*) filter (where is_solved),
            median(first_resolution_minutes) filter (where is_solved),
            median(full_resolution_minutes)
        from marts.fct_tickets
        """
    ) == [
        (
            expected["tickets"],
            expected["events"],
            expected["reopened_tickets"],
            expected["reopens"],
            expected["tickets_ever_solved_or_closed"],
            expected["tickets_ever_solved"],
            expected["median_first_resolution_minutes"],
            expected["median_full_resolution_minutes"],
        )
    ]
    # expected.json gives the median over tickets ever solved; by metrics.md the 13 that were only
    # closed count too.
    ((resolution,),) = warehouse.query(
        "select median(first_resolution_minutes) from marts.fct_tickets where is_solved_or_closed"
    )
    assert warehouse.query(
        """
        select tickets, solved, reopened, reopen_rate, resolution_minutes_median
        from marts.support_by_segment where period_grain = 'all' and segment_type = 'all'
        """
    ) == [
        (
            expected["tickets"],
            expected["tickets_ever_solved"],
            expected["reopened_tickets"],
            pytest.approx(expected["reopened_tickets"] / expected["tickets_ever_solved"]),
            resolution,
        )
    ]
    # No public reply is among the events, so whoever counts those calls every ticket one-touch.
    assert warehouse.query(
        """
        select one_touch_rate, one_touch_status, reopens_known, touches_known
        from marts.support_by_segment where period_grain = 'all' and segment_type = 'all'
        """
    ) == [(None, "events_missing", expected["tickets_ever_solved"], 0)]
    sources = "select distinct status_source, reply_source from marts.fct_tickets"
    assert warehouse.query(sources) == [("events", None)]
    by_priority = warehouse.query("select priority, count(*) from marts.fct_tickets group by all")
    assert dict(by_priority) == expected["tickets_by_priority"]


def test_voice(tmp_path: Path) -> None:
    landing = with_fewer_comments("voice", tmp_path / "landing")
    marts = ("nps_by_segment", "csat_by_segment", "fct_texts")
    warehouse, expected = built("voice", tmp_path, *marts, landing=landing)
    nps, csat = expected["nps_fr_2015"], expected["satisfaction_fr_2015"]
    total = "segment_type = 'all' and period_grain = 'all'"
    assert warehouse.query(
        f"""
        select responses, promoters, passives, detractors, nps
        from marts.nps_by_segment where {total}
        """
    ) == [
        (
            nps["answered"],
            nps["promoters"],
            nps["passives"],
            nps["detractors"],
            pytest.approx(nps["nps"], abs=0.0005),
        )
    ]
    assert warehouse.query(
        f"select responses, satisfied, 100 * csat from marts.csat_by_segment where {total}"
    ) == [(csat["answered"], csat["satisfied"], pytest.approx(csat["csat"], abs=0.0005))]
    assert warehouse.query(
        """
        select count(*) filter (where exclusion_reason = 'not_answered'), avg(score)
        from marts.fct_survey_responses where instrument_id = 'nps_fr_2015'
        """
    ) == [(nps["not_answered"], pytest.approx(nps["mean"], abs=0.000005))]
    # Of so few the interval of the AUC begins below .75, so that no sentiment is told.
    ((language, method, judged, is_used, low),) = warehouse.query_private(
        "select language, method, holdout_texts, is_used, auc_ci_low from fits.text_heads"
    )
    assert (language, method) == ("fr", "embedding" if versions() else "ngrams")
    assert judged >= 200 and not is_used and low < 0.75
    assert warehouse.query(
        """
        select distinct language, language_method, sentiment, sentiment_method
        from marts.fct_texts where text_source = 'answer'
        """
    ) == [("fr", "source", None, None)]


def test_telecom(tmp_path: Path) -> None:
    warehouse, expected = built("telecom", tmp_path, "churn_by_segment", "dim_customers")
    last_month = "period_start = date '2018-09-01'"
    assert warehouse.query(
        f"""
        select customers_start, mrr_start, customers_churned, mrr_churned
        from marts.churn_by_segment where segment_type = 'all' and {last_month}
        """
    ) == [
        (
            expected["customers_with_a_full_month"],
            pytest.approx(expected["mrr_of_customers_with_a_full_month"]),
            expected["churned"],
            pytest.approx(expected["mrr_churned"]),
        )
    ]
    churned = warehouse.query(
        f"""
        select segment, customers_churned from marts.churn_by_segment
        where segment_type = 'plan' and {last_month}
        """
    )
    assert dict(churned) == {plan: row["churned"] for plan, row in expected["by_plan"].items()}
    customers = warehouse.query("select plan, count(*) from marts.dim_customers group by all")
    assert dict(customers) == {plan: row["customers"] for plan, row in expected["by_plan"].items()}


def test_cdnow(tmp_path: Path) -> None:
    warehouse, expected = built("cdnow", tmp_path, "clv_by_segment")
    assert warehouse.query(
        "select count(*), count(distinct customer_id) from marts.fct_orders"
    ) == [(expected["purchases"], expected["customers"])]
    assert warehouse.query(
        f"""
        select count(*) from (
            select customer_id from marts.fct_orders
            where ordered_at < date '{expected["calibration_end"]}' + 1
            group by customer_id having count(distinct ordered_at::date) > 1
        )
        """
    ) == [(expected["repeat_customers"],)]
    ((*parameters, log_likelihood, actual, forecast),) = warehouse.query_private(
        """
        select r, alpha_weeks, a, b, bg_nbd_log_likelihood, purchases_next, purchases_next_expected
        from fits.purchase_models where sample = 'calibration'
        """
    )
    published = expected["bgnbd"]
    assert parameters == pytest.approx(
        [published[name] for name in ("r", "alpha", "a", "b")], abs=0.00005
    )
    assert log_likelihood == pytest.approx(published["log_likelihood"], abs=0.005)
    assert actual == expected["actual_purchases_next_39_weeks_all"]
    assert forecast == pytest.approx(expected["expected_purchases_next_39_weeks_all"], abs=0.1)
    ((*values,),) = warehouse.query_private(
        "select p, q, v from fits.purchase_models where sample = 'calibration'"
    )
    gamma_gamma = expected["gamma_gamma"]
    assert values == pytest.approx([gamma_gamma[name] for name in "pqv"], abs=0.01)
    assert warehouse.query(
        """
        select prediction_status from marts.clv_by_segment where segment_type = 'all'
        """
    ) == [("predicted",)]
