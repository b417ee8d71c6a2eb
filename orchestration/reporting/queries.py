"""What the report reads from the published file, beside the headlines."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import duckdb

from orchestration.reporting.headline import IS_COMPLETE

MOVEMENTS = ("new", "reactivated", "expansion", "contraction", "churned")
LOSSES = ("contraction", "churned")


class Freshness(NamedTuple):
    """A source table as it was published."""

    source_table: str
    rows: int
    newest_landing_date: date | None
    newest_event_at: datetime | None
    rows_quarantined: int
    freshness: str


class Publish(NamedTuple):
    """Which publish it is; the newest landing date is None where nothing has landed."""

    publish_id: str
    published_at: datetime
    code_version: str
    newest_landing_date: date | None


class Month(NamedTuple):
    """A metric overall in a month; value and interval are None below the reporting threshold."""

    metric: str
    version: str | None
    month: date
    value: float | None
    ci_low: float | None
    ci_high: float | None
    n: int


class Movement(NamedTuple):
    """MRR gained (positive) or lost (negative) in a month, in the reporting currency."""

    month: date
    kind: str
    mrr: float


class Tested(NamedTuple):
    """A hypothesis with what a variant of its experiment came to; numbers are None without any."""

    hypothesis: str
    metric: str
    variant: str
    lift: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    subjects: int
    verdict: str


class Moved(NamedTuple):
    """A metric against the period before, in words."""

    period_grain: str
    period_start: str
    sentence: str


class Around(NamedTuple):
    """Contacts and NPS after an event beside those before, per kind; None where too few are known.

    `ratio` and its ends are of contacts a customer-day, the others points of NPS: `effect` is the
    change beyond that of others with the same first score.
    """

    anchor: str
    events: int
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    change: float | None
    effect: float | None
    effect_low: float | None
    effect_high: float | None


class AtRisk(NamedTuple):
    """A customer with the MRR that is at risk, by the probability to leave.

    Money is in the reporting currency; `reasons` are what takes from the health, in words.
    """

    customer_id: str
    mrr: float
    mrr_at_risk: float
    probability: float
    health: float
    band: str
    reasons: str | None


class Forecast(NamedTuple):
    """How a band of health fared at the newest date it is tested on; None where too few are known.

    `auc`, its ends, Brier's scores and the verdict are of all bands, and in that row alone.
    """

    kind: str
    as_of: date
    band: str
    customers: int
    churned: int
    predicted: float | None
    observed: float | None
    observed_low: float | None
    observed_high: float | None
    lift: float | None
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    brier: float | None
    brier_base: float | None
    verdict: str | None


class Supported(NamedTuple):
    """Shares of customers who stay so many months after a contact with support, and of others.

    `alike` are those not contacted yet at the same tenure; `naive` is the difference between
    whoever was ever contacted and who never was.
    """

    months: int
    contacted: float
    alike: float
    difference: float
    low: float
    high: float
    naive: float | None
    hazard_ratio: float | None
    p: float | None


_MONTHS = f"""
with months as (
    select
        metric, null as version, period_start, value, ci_low, ci_high, denominator,
        period_grain, segment_type
    from marts.metric_values
    where metric <> 'ces_easy_rate'
    union all
    select
        'ces_easy_rate', instrument_version, period_start, ces_easy_rate, ces_ci_low, ces_ci_high,
        responses, period_grain, segment_type
    from marts.ces_by_segment
)
select
    metric, version, period_start, value, ci_low, ci_high,
    coalesce(denominator, value, 0)::bigint
from months
where
    period_grain = 'month' and segment_type = 'all' and {IS_COMPLETE}
    and metric in (select metric from marts.dim_metrics where report_order is not null)
order by metric, version desc, period_start
"""

_MOVEMENTS = f"""
from (
    unpivot marts.churn_by_segment
    on {", ".join(f"mrr_{kind} as {kind}" for kind in MOVEMENTS)}
    into name kind value mrr
)
select period_start, kind, if(list_contains($losses, kind), -mrr, mrr)
where period_grain = 'month' and segment_type = 'all' and {IS_COMPLETE}
order by period_start, list_position($kinds, kind)
"""


def read_publish(connection: duckdb.DuckDBPyConnection) -> Publish:
    """Id, time and code of the publish, and the newest landing date of all sources."""
    rows = connection.execute(
        """
        select publish_id, published_at, code_version, max(newest_landing_date)
        from marts.publish_info
        group by all
        """
    ).fetchall()
    return Publish(*rows[0])


def read_freshness(connection: duckdb.DuckDBPyConnection) -> list[Freshness]:
    """Rows, those in quarantine, and freshness of each source table."""
    rows = connection.execute(
        """
        select
            source_table, rows, newest_landing_date, newest_event_at, rows_quarantined,
            replace(freshness, '_', ' ')
        from marts.publish_info
        order by source_table
        """
    ).fetchall()
    return [Freshness(*row) for row in rows]


def read_months(connection: duckdb.DuckDBPyConnection) -> dict[str, list[list[Month]]]:
    """Complete months of each metric in order of time, a list for each version of its question."""
    return _grouped(Month(*row) for row in connection.execute(_MONTHS).fetchall())


def _grouped(months: Iterable[Month]) -> dict[str, list[list[Month]]]:
    series: dict[tuple[str, str | None], list[Month]] = defaultdict(list)
    for month in months:
        series[month.metric, month.version].append(month)
    metrics = defaultdict(list)
    for (metric, _), found in series.items():
        metrics[metric].append(found)
    return metrics


def read_movements(connection: duckdb.DuckDBPyConnection) -> list[Movement]:
    """Movements of MRR in complete months."""
    rows = connection.execute(_MOVEMENTS, {"kinds": MOVEMENTS, "losses": LOSSES}).fetchall()
    return [Movement(*row) for row in rows]


def read_hypotheses(connection: duckdb.DuckDBPyConnection) -> list[Tested]:
    """Hypotheses by priority, a row for each variant that is compared."""
    rows = connection.execute(
        """
        select
            coalesce(hypothesis, experiments.experiment_id), coalesce(experiments.metric, ''),
            coalesce(variant, ''),
            lift, lift_ci_low, lift_ci_high, p_adjusted, coalesce(results.subjects, 0),
            coalesce(
                verdict || ': ' || replace(verdict_reason, '_', ' '), problems, 'not tested yet'
            )
        from marts.dim_experiments as experiments
        left join marts.experiment_results as results
            on experiments.experiment_id = results.experiment_id and results.is_hypothesis
        order by priority desc nulls last, experiments.experiment_id, variant
        """
    ).fetchall()
    return [Tested(*row) for row in rows]


def read_moved(connection: duckdb.DuckDBPyConnection) -> list[Moved]:
    """What moved in the newest complete month and quarter."""
    rows = connection.execute(
        f"""
        select period_grain, strftime(period_start, '%Y-%m'), sentence
        from marts.change_explained inner join marts.dim_metrics using (metric)
        where segment_type = 'all' and period_grain in ('month', 'quarter') and {IS_COMPLETE}
        qualify period_start = max(period_start) over (partition by period_grain)
        order by report_order, instrument_version desc, period_grain
        """
    ).fetchall()
    return [Moved(*row) for row in rows]


def read_around(connection: duckdb.DuckDBPyConnection) -> tuple[int, list[Around]]:
    """Days of the longest window around events, and what is known of each kind of event."""
    rows = connection.execute(
        """
        select
            window_days, replace(anchor, '_', ' '), events, contact_rate_ratio,
            contact_rate_ratio_ci_low, contact_rate_ratio_ci_high, change, effect, effect_ci_low,
            effect_ci_high
        from marts.around_events
        where segment_type = 'all' and is_reportable
        qualify window_days = max(window_days) over ()
        order by anchor
        """
    ).fetchall()
    return (rows[0][0] if rows else 0), [Around(*row[1:]) for row in rows]


def read_at_risk(connection: duckdb.DuckDBPyConnection) -> list[AtRisk]:
    """The ten customers with most at risk: MRR, or of buyers what they are predicted to spend."""
    rows = connection.execute(
        """
        select customer_id, mrr, mrr_at_risk, churn_probability, health, health_band, reasons
        from marts.customer_360
        where churn_probability is not null and health is not null
        order by
            mrr_at_risk desc,
            if(mrr = 0, churn_probability * clv_predicted, null) desc nulls last,
            health,
            customer_id
        limit 10
        """
    ).fetchall()
    return [AtRisk(*row) for row in rows]


def read_forecasts(connection: duckdb.DuckDBPyConnection) -> list[list[Forecast]]:
    """The newest test of the health for each kind of customer: all bands, then the worst first."""
    rows = connection.execute(
        """
        select
            customer_kind, as_of, band, customers, churned, predicted_rate, observed_rate,
            observed_rate_ci_low, observed_rate_ci_high, lift, auc, auc_ci_low, auc_ci_high,
            brier, brier_base, verdict
        from marts.customer_health_backtest
        qualify as_of = max(as_of) over (partition by customer_kind)
        order by customer_kind desc, band <> 'all', predicted_rate desc nulls last, band
        """
    ).fetchall()
    forecasts = (Forecast(*row) for row in rows)
    return [list(found) for _, found in groupby(forecasts, attrgetter("kind"))]


def read_supported(connection: duckdb.DuckDBPyConnection) -> list[Supported]:
    """Whether customers stay after support, at each horizon that enough are followed to."""
    rows = connection.execute(
        """
        select
            horizon_months, retention_contacted, retention_matched, difference, difference_ci_low,
            difference_ci_high, naive_difference, hazard_ratio, hazard_ratio_p
        from marts.support_contact_effect
        where is_reportable
        order by horizon_months
        """
    ).fetchall()
    return [Supported(*row) for row in rows]


def read_currency(connection: duckdb.DuckDBPyConnection) -> str:
    """The reporting currency; in words where no order tells it."""
    rows = connection.execute("select max(reporting_currency) from marts.fct_orders").fetchall()
    return str(rows[0][0] or "the reporting currency")
