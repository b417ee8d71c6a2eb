"""Lives of all customers' subscriptions, one calendar month after the other."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from orchestration.sample.scope import DAY, ENDS_AT, Scope
from orchestration.sample.truth import PLANS, LatePayments

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max
TRIAL_SECONDS = 14 * DAY
TRIAL_SHARE = 0.3
PLAN_CHANGE_PROBABILITY = 0.025
UPGRADE_SHARE = 0.7
RETURN_PROBABILITY = 0.02
CHURN_PROBABILITIES = np.array([plan.monthly_churn_probability for plan in PLANS])


@dataclass(frozen=True)
class Month:
    """A calendar month: months since 1970, and its first and last bounding seconds."""

    number: int
    starts_at: int
    ends_at: int


@dataclass(frozen=True)
class Draws:
    """What chance has in store for every customer in a month."""

    month: Month
    instants: Ints
    luck: Floats
    fate: Floats
    upwards: Mask


@dataclass
class Book:
    """State of every customer's latest subscription, and the versions that all went through.

    Arrays have one element per customer; instants are seconds since 1970, `NEVER` when unset.
    """

    signed_up: Ints
    plan: Ints
    first_plan: Ints = field(init=False)
    started: Ints = field(init=False)
    active_from: Ints = field(init=False)
    ended: Ints = field(init=False)
    renewed: Ints = field(init=False)
    number: Ints = field(init=False)
    versions: list[dict[str, npt.NDArray[Any]]] = field(default_factory=list)
    plan_changes: list[dict[str, Ints]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.first_plan = self.plan.copy()
        self.started = self.signed_up.copy()
        self.active_from = self.signed_up.copy()
        self.ended = np.full_like(self.signed_up, NEVER)
        self.renewed = np.full_like(self.signed_up, NEVER)
        self.number = np.ones_like(self.signed_up)

    def record(self, who: Mask, instants: Ints, status: str) -> None:
        """Add a version, as the state is now, for the customers in the mask."""
        rows = np.flatnonzero(who)
        self.versions.append(
            {
                "customer": rows,
                "number": self.number[rows],
                "updated": instants[rows],
                "plan": self.plan[rows],
                "status": np.full(len(rows), status),
                "started": self.started[rows],
                "ended": self.ended[rows],
                "renewed": self.renewed[rows],
            }
        )

    def open(self, trials: Mask) -> None:
        """Start everybody's first subscription, some with a trial."""
        self.active_from[trials] += TRIAL_SECONDS
        self.record(~trials, self.started, "active")
        self.record(trials, self.started, "trialing")
        self.record(trials & (self.active_from < ENDS_AT), self.active_from, "active")

    def renew(self, who: Mask, instants: Ints) -> None:
        """Begin another year."""
        self.renewed[who] = instants[who]
        self.record(who, instants, "active")

    def cancel(self, who: Mask, instants: Ints) -> None:
        """End the subscription."""
        self.ended[who] = instants[who]
        self.active_from[who] = NEVER
        self.record(who, instants, "canceled")

    def change_plan(self, who: Mask, instants: Ints, upwards: Mask) -> None:
        """Move to the next plan up or down; at either end only the other way is open."""
        top = len(PLANS) - 1
        step = np.where((upwards & (self.plan < top)) | (self.plan == 0), 1, -1)
        self.plan[who] += step[who]
        self.record(who, instants, "active")
        rows = np.flatnonzero(who)
        self.plan_changes.append(
            {"customer": rows, "updated": instants[rows], "plan": self.plan[rows]}
        )

    def fall_behind(self, who: Mask, month: Month) -> None:
        """Miss a payment on the 5th and make it good on the 12th."""
        for day, status in ((5, "past_due"), (12, "active")):
            self.record(who, np.full_like(self.started, month.starts_at + day * DAY), status)

    def come_back(self, who: Mask, instants: Ints) -> None:
        """Start another subscription on the plan last held."""
        self.number[who] += 1
        self.started[who] = self.active_from[who] = instants[who]
        self.ended[who] = self.renewed[who] = NEVER
        self.record(who, instants, "active")


def live(scope: Scope, contacted: Ints | int = NEVER) -> Book:
    """Sign customers up and let their subscriptions live until the end of the data.

    A subscription that runs at a month's start is cancelled within the month, strictly inside,
    with the probability of the plan held at the start; trials do not run yet. Those who will leave
    within some months, as long as they stay on their plan, miss payments.

    Args:
        scope: Size, seed and causes.
        contacted: First contact with support by customer, in seconds since 1970.
    """
    causes = scope.causes
    rng = scope.rng("subscriptions")
    shares = [plan.share_of_sign_ups for plan in PLANS]
    plan = rng.choice(len(PLANS), size=scope.customers, p=shares).astype(np.int64)
    book = Book(_sign_ups(scope, rng), plan)
    book.open(rng.random(scope.customers) < TRIAL_SHARE)
    payments = scope.rng("payments")
    drawn: deque[Draws] = deque(maxlen=1 + causes.late_payments.months)
    for month in _months(scope):
        drawn.append(_draw(rng, month, scope.customers))
        if len(drawn) == drawn.maxlen:
            now, *later = drawn
            hazard = CHURN_PROBABILITIES[book.plan] * np.where(
                contacted < now.month.starts_at, causes.churn_factor_of_contact, 1
            )
            leaving = np.any([draws.fate < hazard for draws in later], axis=0)
            missed = payments.random(scope.customers) < _missing(causes.late_payments, leaving)
            _live_month(book, now, hazard, missed)
    return book


def _sign_ups(scope: Scope, rng: np.random.Generator) -> Ints:
    """Instants of signing up, ascending: doubling over the span, more before Christmas."""
    day = np.arange(scope.days)
    day_of_year = (scope.starts_at // DAY + day) % 365
    weights = 2 ** (day / scope.days) * (1 + 0.3 * np.cos(2 * np.pi * (day_of_year - 330) / 365))
    days = rng.choice(scope.days, size=scope.customers, p=weights / weights.sum())
    return np.sort(scope.starts_at + days * DAY + rng.integers(0, DAY, scope.customers))


def _months(scope: Scope) -> list[Month]:
    """Months of the data, and those after it that decide who is about to leave."""
    bounds = np.arange(
        np.datetime64(scope.starts_at, "s").astype("datetime64[M]"),
        np.datetime64(ENDS_AT, "s").astype("datetime64[M]") + 1 + scope.causes.late_payments.months,
    )
    seconds = bounds.astype("datetime64[s]").astype(np.int64)
    numbers = bounds.astype(np.int64)
    return [
        Month(int(number), int(start), int(end))
        for number, start, end in zip(numbers, seconds, seconds[1:], strict=False)
    ]


def _month_number(instants: Ints) -> Ints:
    months = instants.astype("datetime64[s]").astype("datetime64[M]")
    return months.astype(np.int64)


def _draw(rng: np.random.Generator, month: Month, size: int) -> Draws:
    return Draws(
        month,
        instants=rng.integers(month.starts_at + 1, month.ends_at, size),
        luck=rng.random(size),
        fate=rng.random(size),
        upwards=rng.random(size) < UPGRADE_SHARE,
    )


def _missing(planted: LatePayments, leaving: Mask) -> Floats:
    return np.where(leaving, planted.probability_before_leaving, planted.probability)


def _live_month(book: Book, now: Draws, hazard: Floats, missed: Mask) -> None:
    month, instants, luck = now.month, now.instants, now.luck
    running = book.active_from <= month.starts_at
    gone = (book.ended != NEVER) & (_month_number(book.ended) < month.number - 1)

    churning = running & (now.fate < hazard)
    anniversary, due = _anniversary(book, running, month)
    book.renew(due & (~churning | (anniversary < instants)), anniversary)
    book.cancel(churning, instants)

    steady = running & ~churning & ~due
    moving = luck < PLAN_CHANGE_PROBABILITY
    book.change_plan(steady & moving, instants, now.upwards)
    book.fall_behind(steady & ~moving & missed, month)
    book.come_back(gone & (luck < RETURN_PROBABILITY), instants)


def _anniversary(book: Book, running: Mask, month: Month) -> tuple[Ints, Mask]:
    """Instant in this month at which a yearly term ends, and whose term does."""
    start_month = _month_number(book.started)
    first_second = start_month.astype("datetime64[M]").astype("datetime64[s]").astype(np.int64)
    # 29 February falls due on the 28th of a year without it.
    instants = np.minimum(month.starts_at + book.started - first_second, month.ends_at - 1)
    age = month.number - start_month
    return instants, running & (age > 0) & (age % 12 == 0)
