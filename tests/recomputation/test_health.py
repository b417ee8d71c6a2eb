"""Health of customers, customer by customer in plain Python, with scikit-learn's AUC."""

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from orchestration.settings import PROJECT_ROOT
from tests.recomputation.promises import Story
from tests.recomputation.subscriptions import Subscription
from tests.recomputation.test_support import stories

__all__ = ["stories"]  # a fixture

Ask = Callable[[str], pd.DataFrame]
NOW = datetime(2026, 7, 1)
QUARTERS = (datetime(2026, 1, 1), datetime(2026, 4, 1))
HORIZON = timedelta(days=90)
LEAST = 10
WORTH = {"positive": 1.0, "passive": 0.5, "negative": 0.0}
BANDS = {"good": 80, "fair": 60, "poor": 0}


class Customer(NamedTuple):
    """A customer at a date, and whether the customer had left 90 days later."""

    customer_id: str
    kind: str
    health: float
    points: dict[str, float]
    has_left: bool


class Facts:
    """What is published of each customer, asked for what came before an instant."""

    def __init__(
        self, ask: Ask, subscribers: dict[str, list[Subscription]], stories: dict[str, Story]
    ) -> None:
        self.subscribers = subscribers
        self.answers = _of(ask, "fct_survey_responses", "metric in ('nps', 'csat', 'ces')")
        self.contacts = _of(ask, "fct_interactions", "kind <> 'follow_up'")
        self.texts = _of(ask, "fct_texts", "sentiment is not null and not is_repeat")
        self.orders = _of(ask, "fct_orders", "is_counted and total_amount >= 0")
        tickets = _of(
            ask,
            "fct_tickets",
            """
            status_source = 'events' or status_source = 'ticket'
                and (first_resolved_at is not null or not is_solved_or_closed)
            """,
        )
        self.tickets = {
            customer: [stories[row.ticket_id] for row in rows if row.ticket_id in stories]
            for customer, rows in tickets.items()
        }

    @property
    def customers(self) -> set[str]:
        """All who ever bought."""
        return set(self.subscribers) | set(self.orders)

    def kind(self, customer: str, at: datetime) -> str | None:
        """What kind of customer it is at an instant, if any."""
        mine = self.subscribers.get(customer, [])
        if any(s.paying(then) for s in mine for then in s.instants if then <= at):
            return "subscriber" if any(s.paying(at) for s in mine) else None
        orders = self.orders.get(customer, [])
        return "buyer" if any(at - HORIZON < o.ordered_at < at for o in orders) else None

    def values(self, customer: str, at: datetime, windows: dict[str, timedelta]) -> dict[str, Any]:
        """What is measured for each component, None where nothing is told."""
        answers = [a for a in self.answers.get(customer, []) if a.is_scored and a.responded_at < at]
        newest = {
            a.metric: a for a in sorted(answers, key=lambda a: (a.responded_at, a.response_id))
        }
        since = at - windows["score"]
        worth = [WORTH[a.answer_band] for a in newest.values() if a.responded_at >= since]
        contacts = [c for c in self.contacts.get(customer, []) if c.occurred_at < at]
        since = at - windows["support"]
        support = [c for c in contacts if c.kind in ("ticket", "call") and c.occurred_at >= since]
        before = at.replace(tzinfo=UTC) + timedelta(microseconds=1)
        backlog = [t for t in self.tickets.get(customer, []) if t.open_before(before)]
        texts = [
            t.sentiment
            for t in self.texts.get(customer, [])
            if at - windows["sentiment"] <= t.happened_at < at
        ]
        is_subscriber = self.kind(customer, at) == "subscriber"
        return {
            "score": np.mean(worth) if worth else None,
            "recency": (at - max(c.occurred_at for c in contacts)).days if contacts else None,
            "support": len(support) + len(backlog),
            "payment": self.missed(customer, at, windows["payment"]) if is_subscriber else None,
            "sentiment": np.mean(texts) if texts else None,
        }

    def missed(self, customer: str, at: datetime, window: timedelta) -> int:
        """How often a payment was overdue before, in versions one after another once."""
        times = 0
        for subscription in self.subscribers[customer]:
            versions = subscription.versions
            ends = [version.updated_at for version in versions[1:]] + [datetime.max]
            was_counted = False
            for version, until in zip(versions, ends, strict=True):
                begins = max(version.updated_at, version.started_at)
                is_overdue = version.status == "past_due" and float(version.mrr) > 0
                counts = is_overdue and begins < at and until > at - window
                times += counts and not was_counted
                was_counted = counts
        return times


def _of(ask: Ask, table: str, condition: str) -> dict[str, list[Any]]:
    rows = ask(f"from marts.{table} where customer_id is not null and ({condition})")
    found = defaultdict(list)
    for row in rows.itertuples():
        found[row.customer_id].append(row)
    return found


@pytest.fixture(scope="module")
def healths(
    published: Ask, subscribers: dict[str, list[Subscription]], stories: dict[str, Story]
) -> dict[datetime, list[Customer]]:
    """Who was a customer at each date, with the health of then."""
    facts = Facts(published, subscribers, stories)
    with (PROJECT_ROOT / "seeds" / "health_components.csv").open() as file:
        registry = {row["component"]: row for row in csv.DictReader(file)}
    windows = {name: timedelta(days=int(row["window_days"] or 0)) for name, row in registry.items()}
    return {at: list(_scored(facts, registry, windows, at)) for at in (*QUARTERS, NOW)}


def _scored(
    facts: Facts, registry: dict[str, dict[str, str]], windows: dict[str, timedelta], at: datetime
) -> list[Customer]:
    kinds = {c: kind for c in sorted(facts.customers) if (kind := facts.kind(c, at))}
    values = {customer: facts.values(customer, at, windows) for customer in kinds}
    told = {
        name
        for name in registry
        if name not in ("support", "payment") or any(v[name] for v in values.values())
    }
    found = []
    for customer, kind in kinds.items():
        points = {
            name: _points(registry[name], value)
            for name, value in values[customer].items()
            if value is not None and name in told
        }
        weights = [float(registry[name]["weight"]) for name in points]
        health = round(float(np.average(list(points.values()), weights=weights)), 1)
        has_left = facts.kind(customer, at + HORIZON) is None
        found.append(Customer(customer, kind, health, points, has_left))
    return found


def _points(row: dict[str, str], value: float) -> float:
    worst, best = float(row["worst"]), float(row["best"])
    return float(100 * np.clip((value - worst) / (best - worst), 0, 1))


def band(health: float) -> str:
    return next(name for name, least in BANDS.items() if health >= least)


def test_health_of_now(published: Ask, healths: dict[datetime, list[Customer]]) -> None:
    found = published("from marts.customer_360").set_index("customer_id")
    assert set(found["as_of"]) == {pd.Timestamp(NOW)}
    scored = {customer.customer_id: customer for customer in healths[NOW]}
    assert set(found.index[found.health.notna()]) == set(scored)
    assert len({name for c in scored.values() for name in c.points}) >= 4
    for customer_id, customer in scored.items():
        row = found.loc[customer_id]
        assert row.customer_kind == customer.kind
        # Half a tenth is rounded to either side.
        assert row.health == pytest.approx(customer.health, abs=0.1001)
        for name in ("score", "recency", "support", "payment", "sentiment"):
            expected = customer.points.get(name, np.nan)
            assert row[f"{name}_points"] == pytest.approx(expected, nan_ok=True, abs=1e-6), name


def test_backtest(published: Ask, healths: dict[datetime, list[Customer]]) -> None:
    """Scored in April with what was known then, by shares of January."""
    earlier, at = QUARTERS
    found = published("from marts.customer_health_backtest").set_index(["customer_kind", "band"])
    assert set(found["as_of"]) == {pd.Timestamp(date(2026, 4, 1))}
    judged = 0
    for kind in ("subscriber", "buyer"):
        before = [c for c in healths[earlier] if c.kind == kind]
        after = [c for c in healths[at] if c.kind == kind]
        share = np.mean([c.has_left for c in before])
        rates = {
            name: (sum(c.has_left for c in before if band(c.health) == name) + LEAST * share)
            / (sum(band(c.health) == name for c in before) + LEAST)
            for name in BANDS
        }
        left = np.array([c.has_left for c in after])
        told = np.array([rates[band(c.health)] for c in after])
        health = np.array([c.health for c in after])
        for name in ("all", *{band(c.health) for c in after}):
            row, inside = found.loc[kind, name], [name in ("all", band(c.health)) for c in after]
            n, gone = sum(inside), int(left[inside].sum())
            assert (row.customers, row.churned) == (n, gone)
            if n >= LEAST:
                assert row.predicted_rate == pytest.approx(told[inside].mean(), abs=1e-8)
                assert [row.observed_rate_ci_low, row.observed_rate_ci_high] == pytest.approx(
                    proportion_confint(gone, n, method="wilson"), abs=1e-8
                )
        row = found.loc[kind, "all"]
        if min(left.sum(), (~left).sum()) >= LEAST:
            judged += 1
            assert row.auc == pytest.approx(roc_auc_score(left, -health), abs=1e-8)
            assert row.brier == pytest.approx(brier_score_loss(left, told), abs=1e-8)
            assert [row.auc_ci_low, row.auc_ci_high] == pytest.approx(
                delong(health[left], health[~left]), abs=1e-8
            )
    assert judged


def delong(gone: Any, kept: Any) -> Any:
    """The interval from all pairs."""
    right = (gone[:, None] < kept) + (gone[:, None] == kept) / 2
    variance = right.mean(1).var(ddof=1) / len(gone) + right.mean(0).var(ddof=1) / len(kept)
    return np.clip(right.mean() + np.array([-1, 1]) * 1.959963984540054 * variance**0.5, 0, 1)
