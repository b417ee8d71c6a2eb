"""Accounts, recomputed from the landing files one by one; scores by statsmodels."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from statsmodels.regression.linear_model import WLS  # type: ignore[import-untyped]
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from tests.integration.conftest import PROJECT
from tests.recomputation.subscriptions import Subscription

Ask = Callable[[str], pd.DataFrame]
Subscribers = dict[str, list[Subscription]]
Account = tuple[bool, str]
LEAST = 10
GRAINS = {"month": "M", "quarter": "Q", "year": "Y"}
# The t quantile is a Cornish-Fisher expansion, 1.3e-5 too small at 9 degrees of freedom.
QUANTILE_ERROR = 2e-5


# Rows of the table, with the errors and intervals that stand in metric_values alone.
ROWS = """
    select
        accounts.*,
        coverage.ci_low as mrr_coverage_ci_low,
        coverage.ci_high as mrr_coverage_ci_high,
        mean.value_se as nps_accounts_se
    from marts.accounts_by_segment as accounts
    left join marts.metric_values as coverage
        on coverage.metric = 'mrr_coverage'
        and (accounts.period_grain, accounts.period_start, accounts.segment_type, accounts.segment)
        = (coverage.period_grain, coverage.period_start, coverage.segment_type, coverage.segment)
    left join marts.metric_values as mean
        on mean.metric = 'nps_accounts'
        and (accounts.period_grain, accounts.period_start, accounts.segment_type, accounts.segment)
        = (mean.period_grain, mean.period_start, mean.segment_type, mean.segment)
    where accounts.segment_type in ('all', 'plan', 'account_industry', 'account_size_band')
"""


class Histories:
    """Versions of entities, asked for the one that holds at an instant; the first holds before."""

    def __init__(self, rows: pd.DataFrame, key: str) -> None:
        rows = rows.drop_duplicates([key, "updated_at"], keep="last").copy()
        rows["at"] = pd.to_datetime(rows.updated_at)
        rows = rows.sort_values("at").astype(object)
        self._of = {k: list(v.itertuples()) for k, v in rows.where(rows.notna(), "").groupby(key)}

    def get(self, key: str, at: pd.Timestamp) -> Any:
        """The version of an entity that holds at an instant, None of one that has none."""
        versions = self._of.get(key)
        return versions and ([v for v in versions if v.at <= at] or versions[:1])[-1]


@dataclass
class Registry:
    """Who belongs to which account when."""

    customers: Histories
    accounts: Histories
    subscribers: Subscribers

    def of_customer(self, customer: str, at: pd.Timestamp) -> Account:
        """By the customer's version, else by the last subscription that names one."""
        version = self.customers.get(customer, at)
        if version and version.account_id:
            return self._merged(version.account_id, at)
        named = sorted(
            (v.updated_at, v.account_id)
            for s in self.subscribers.get(customer, [])
            for v in s.versions
            if isinstance(v.account_id, str) and v.account_id
        )
        so_far = [account for since, account in named if since <= at] or [n[1] for n in named[:1]]
        return self._merged(so_far[-1], at) if so_far else (False, customer)

    def of_payment(self, customer: str, paid: Any, at: pd.Timestamp) -> Account:
        """By the subscription, else by its customer."""
        if isinstance(paid.account_id, str) and paid.account_id:
            return self._merged(paid.account_id, at)
        return self.of_customer(customer, at)

    def _merged(self, account: str, at: pd.Timestamp) -> Account:
        version = self.accounts.get(account, at)
        # The first version holds before its time, merged or not.
        if version and version.is_deleted == "true" and version.parent_account_id:
            return self._merged(version.parent_account_id, at)
        return True, account


@dataclass
class State:
    """An account at the end of a period."""

    mrr: float = 0
    by_customer: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    asked: set[str] = field(default_factory=set)
    points: dict[str, int] = field(default_factory=dict)

    @property
    def x(self) -> float:
        return float(np.mean(list(self.points.values())))

    @property
    def payer(self) -> str:
        return min(self.by_customer, key=lambda customer: (-self.by_customer[customer], customer))


@pytest.fixture(scope="module")
def registry(landed: Ask, subscribers: Subscribers) -> Registry:
    return Registry(
        Histories(landed("crm/customers"), "customer_id"),
        Histories(landed("crm/accounts"), "account_id"),
        subscribers,
    )


@pytest.fixture(scope="module")
def asked(landed: Ask) -> pd.DataFrame:
    """Answers to an NPS that are about no order or ticket, and invitations to one."""
    known = pd.concat(
        [
            pd.read_csv(PROJECT / "seeds" / "survey_instruments.csv", dtype=str),
            landed("survey/instruments"),
        ]
    )
    nps = known[known.metric == "nps"].instrument_id
    answers = landed("survey/responses").drop_duplicates("response_id", keep="last")
    answers["at"] = pd.to_datetime(answers.responded_at, errors="coerce", format="mixed")
    given = answers.score.notna()
    answers["score"] = pd.to_numeric(answers.score, errors="coerce")
    answers = answers[answers.score.between(0, 10) | ~given]
    answers = answers[answers.order_id.isna() & answers.ticket_id.isna()]
    invitations = landed("survey/invitations").drop_duplicates("invitation_id", keep="last")
    invitations["at"] = pd.to_datetime(invitations.sent_at, errors="coerce")
    invitations = invitations[invitations.bounced.str.lower() != "true"]
    rows = pd.concat([invitations.assign(score=np.nan, response_id=""), answers])
    rows = rows[rows.instrument_id.isin(nps) & rows["at"].notna() & rows.customer_id.notna()]
    return rows.sort_values(["at", "response_id"])


@pytest.fixture(scope="module")
def states(
    registry: Registry, asked: pd.DataFrame, subscribers: Subscribers, last_month: pd.Period
) -> dict[tuple[str, pd.Timestamp], dict[Account, State]]:
    """Each account in each period, of those that the subscription data covers to the end."""
    found: dict[tuple[str, pd.Timestamp], dict[Account, State]] = {}
    began = min(at for mine in subscribers.values() for s in mine for at in s.instants)
    for grain, code in GRAINS.items():
        until = (last_month + 1).start_time
        for period in pd.period_range(min(began, asked["at"].min()), until, freq=code):
            end = (period + 1).start_time
            if end <= until:
                rows = asked[(asked["at"] >= period.start_time) & (asked["at"] < end)]
                found[grain, period.start_time] = state_at(end, rows, registry, subscribers)
    return found


def state_at(
    at: pd.Timestamp, rows: pd.DataFrame, registry: Registry, subscribers: Subscribers
) -> dict[Account, State]:
    accounts: dict[Account, State] = defaultdict(State)
    for customer, subscriptions in subscribers.items():
        for version in filter(None, (s.paying(at) for s in subscriptions)):
            state = accounts[registry.of_payment(customer, version, at)]
            state.mrr += float(version.mrr)
            state.by_customer[customer] += float(version.mrr)
    for row in rows.itertuples():
        state = accounts[registry.of_customer(row.customer_id, at)]
        state.asked.add(row.customer_id)
        if not np.isnan(row.score):
            state.points[row.customer_id] = 100 * ((row.score >= 9) - (row.score <= 6))
    return accounts


def test_accounts_have_the_mean_of_their_contacts(
    states: dict[tuple[str, pd.Timestamp], dict[Account, State]], published: Ask
) -> None:
    rows = published("from marts.nps_by_account where mrr is not null")
    found = {
        (row.period_grain, row.period_start, row.account_id): (
            row.contacts_asked,
            row.contacts_answered,
            None if np.isnan(row.nps) else row.nps,
            row.mrr,
        )
        for row in rows.itertuples()
    }
    expected = {
        (*period, account): (
            len(state.asked),
            len(state.points),
            pytest.approx(state.x, abs=1e-7) if state.points else None,
            pytest.approx(state.mrr),
        )
        for period, accounts in states.items()
        for (has_account, account), state in accounts.items()
        if has_account and state.asked
    }
    assert len(expected) > 100
    assert found == expected


def test_accounts_by_segment(
    states: dict[tuple[str, pd.Timestamp], dict[Account, State]],
    registry: Registry,
    published: Ask,
) -> None:
    expected: dict[tuple[Any, ...], dict[str, float]] = {}
    for (grain, start), accounts in states.items():
        end = (pd.Period(start, GRAINS[grain]) + 1).start_time
        segments: dict[tuple[str, str], list[State]] = defaultdict(list)
        for account, state in accounts.items():
            if state.mrr > 0:
                for segment in segments_of(account, state, registry, end):
                    segments[segment].append(state)
        expected |= {(grain, start, *key): scores(paying) for key, paying in segments.items()}
    rows = published(ROWS).set_index(["period_grain", "period_start", "segment_type", "segment"])
    assert set(rows.index) == set(expected)
    assert sum(np.isfinite(values["nps_mrr_weighted"]) for values in expected.values()) >= 5
    for key, values in expected.items():
        for name, value in values.items():
            is_bound = name.startswith("nps") and "_ci_" in name
            error = values[name.split("_ci_")[0] + "_se"] * QUANTILE_ERROR if is_bound else 1e-7
            near = pytest.approx(value, rel=1e-7, abs=error, nan_ok=True)
            assert rows.loc[key, name] == near, (key, name)


def segments_of(
    account: Account, state: State, registry: Registry, at: pd.Timestamp
) -> list[tuple[str, str]]:
    has_account, account_id = account
    customer = registry.customers.get(state.payer, at)
    own = registry.accounts.get(account_id, at) if has_account else None
    return [
        ("all", "all"),
        ("plan", (customer and customer.plan) or "unknown"),
        ("account_industry", (own and own.industry) or "unknown"),
        ("account_size_band", (own and own.size_band) or "unknown"),
    ]


def scores(accounts: list[State]) -> dict[str, float]:
    m = np.array([account.mrr for account in accounts])
    answered = [account for account in accounts if account.points]
    weight = np.array([account.mrr for account in answered])
    x = np.array([account.x for account in answered])
    effective = weight.sum() ** 2 / (weight**2).sum() if answered else np.nan
    return {
        "accounts": len(accounts),
        "accounts_answered": len(answered),
        "mrr": m.sum(),
        "mrr_answered": weight.sum(),
        "effective_accounts": effective,
        **coverage(weight.sum() / m.sum(), m),
        **mean_of("nps_accounts", x, np.ones(len(x)), len(x)),
        **mean_of("nps_mrr_weighted", x, weight, effective),
    }


def coverage(share: float, m: np.ndarray[Any, Any]) -> dict[str, float]:
    """A share, with Wilson's interval of as many equal accounts as tell as much."""
    if len(m) < LEAST:
        return {"mrr_coverage": np.nan}
    n = m.sum() ** 2 / (m**2).sum()
    low, high = proportion_confint(share * n, n, method="wilson")
    names = ("mrr_coverage", "mrr_coverage_ci_low", "mrr_coverage_ci_high")
    return dict(zip(names, (share, low, high), strict=True))


def mean_of(
    name: str, x: np.ndarray[Any, Any], weight: np.ndarray[Any, Any], effective: float
) -> dict[str, float]:
    """A weighted mean as a regression on nothing but a constant, with robust errors (HC1)."""
    if not effective >= LEAST:
        return {name: np.nan}
    fit = WLS(x, np.ones(len(x)), weights=weight).fit(cov_type="HC1", use_t=True)
    ((low, high),) = fit.conf_int()
    names = (name, f"{name}_se", f"{name}_ci_low", f"{name}_ci_high")
    bounds = np.clip([low, high], -100, 100)
    return dict(zip(names, (fit.params[0], fit.bse[0], *bounds), strict=True))
