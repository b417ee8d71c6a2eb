"""Staying with and without support, customer by customer, with lifelines' curves and tests."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]
from lifelines.statistics import logrank_test  # type: ignore[import-untyped]
from scipy import stats

from tests.recomputation.subscriptions import Subscription
from tests.recomputation.test_around_events import departures

Ask = Callable[[str], pd.DataFrame]
DAY = timedelta(days=1)
HORIZONS = {3: 91, 6: 183, 12: 365}
LANDMARK, MONTH, LEAST = 90, 30, 10


class Life(NamedTuple):
    """A subscriber: days to the end and to the first contact, None where there was none."""

    customer: str
    began: datetime
    end: int
    left: bool
    contact: int | None

    @property
    def exit(self) -> int:
        """The day on which they are no more to compare with."""
        return self.end if self.contact is None else self.contact


Matched = tuple[Life, int, str, list[Life]]
Ends = list[tuple[str, int, bool, str]]
Stands = list[tuple[str, int, str, str, float]]


@pytest.fixture(scope="module")
def lives(published: Ask, subscribers: dict[str, list[Subscription]], landed: Ask) -> list[Life]:
    contacts = (
        published(
            """
        select customer_id, min(asked_at) as asked_at from (
            select customer_id, created_at as asked_at from marts.fct_tickets
            where exclusion_reason is null
            union all
            select customer_id, queued_at from marts.fct_calls
            where exclusion_reason is null
                and (answered_at is not null or ended_at >= queued_at + interval 5 second)
        ) where customer_id is not null group by all
        """
        )
        .set_index("customer_id")
        .asked_at
    )
    files = landed("crm/subscriptions")["_file"]
    known = pd.to_datetime(files.str.extract(r"(\d{4}-\d{2}-\d{2})")[0]).max() + DAY
    found = []
    for who, held in subscribers.items():
        instants = sorted({at for one in held for at in one.instants})
        began = next((at for at in instants if any(one.paying(at) for one in held)), None)
        if began is None or not contacts.min() <= began < known:
            continue
        left = min((at for at in departures(held) if began < at < known), default=None)
        end = ((left or known) - began) // DAY
        contact = max((contacts[who] - began) // DAY, -1) if who in contacts else end
        found.append(Life(who, began, end, left is not None, contact if contact < end else None))
    return found


@pytest.fixture(scope="module")
def rows(published: Ask) -> pd.DataFrame:
    return published("from marts.support_contact_effect").set_index("horizon_months")


def retention(lives: list[tuple[int, bool]], day: int) -> float:
    """Kaplan and Meier's share by lifelines; NaN where few are followed as long."""
    if sum(end >= day for end, _ in lives) < LEAST:
        return math.nan
    fitted = KaplanMeierFitter().fit(*zip(*lives, strict=True))
    return float(fitted.survival_function_at_times(day).iloc[0])


def test_naive_and_landmark(lives: list[Life], rows: pd.DataFrame) -> None:
    ever = [[(a.end, a.left) for a in lives if (a.contact is None) == none] for none in (0, 1)]
    late = [a for a in lives if a.end > LANDMARK]
    by_then = [a.contact is not None and a.contact <= LANDMARK for a in late]
    since = [
        [(a.end - LANDMARK, a.left) for a, is_in in zip(late, by_then, strict=True) if is_in == one]
        for one in (True, False)
    ]
    assert (rows.subscribers == len(lives)).all()
    for months, day in HORIZONS.items():
        row = rows.loc[months]
        naive = [retention(group, day) for group in ever]
        assert [row.naive_retention_contacted, row.naive_retention_others] == pytest.approx(
            naive, nan_ok=True
        )
        contacted, others = (retention(group, day) for group in since)
        assert row.landmark_difference == pytest.approx(contacted - others, nan_ok=True)
    assert rows.naive_difference.notna().any()
    observed, expected, variance, total = hazards(lives, ever=True)
    ends, left = zip(*[one for group in ever for one in group], strict=True)
    is_ever = [place == 0 for place, group in enumerate(ever) for _ in group]
    test = logrank_test(
        np.array(ends)[is_ever],
        np.array(ends)[~np.array(is_ever)],
        np.array(left)[is_ever],
        np.array(left)[~np.array(is_ever)],
    )
    assert (observed - expected) ** 2 / variance == pytest.approx(test.test_statistic)
    ratio = observed / expected / ((total - observed) / (total - expected))
    assert rows.naive_hazard_ratio.iloc[0] == pytest.approx(ratio)


def hazards(lives: list[Life], *, ever: bool) -> tuple[float, float, float, int]:
    """Churns of those in the state, expected ones, their variance, and all churns."""
    observed = expected = variance = total = 0.0
    for day in sorted({a.end for a in lives if a.left}):
        at_risk = [a for a in lives if a.end >= day]
        state = [a.contact is not None and (ever or a.contact < day) for a in at_risk]
        n, n1 = len(at_risk), sum(state)
        d = sum(a.left and a.end == day for a in at_risk)
        observed += sum(s and a.left and a.end == day for s, a in zip(state, at_risk, strict=True))
        expected += d * n1 / n
        variance += d * (n - d) * n1 * (n - n1) / (n * n * (n - 1)) if n > 1 else 0
        total += d
    return observed, expected, variance, int(total)


def test_contact_as_a_state(lives: list[Life], rows: pd.DataFrame) -> None:
    observed, expected, variance, total = hazards(lives, ever=False)
    row = rows.iloc[0]
    assert row.churned_contacted == observed > 10
    assert [row.churned_expected, row.churned_variance] == pytest.approx([expected, variance])
    ratio = observed / expected / ((total - observed) / (total - expected))
    assert row.hazard_ratio == pytest.approx(ratio)
    p = stats.chi2.sf((observed - expected) ** 2 / variance, 1)
    assert row.hazard_ratio_p == pytest.approx(p, abs=1e-8)


def test_matched_curves(lives: list[Life], rows: pd.DataFrame, published: Ask) -> None:
    """Set by set, those contacted since replaced by those alike; error by leaving weights vary."""
    sets = list(matched(lives, published))
    of_all = ends_of(sets)
    contacted = [one for one in lives if one.contact is not None and one.contact >= 0]
    row = rows.iloc[0]
    assert [row.contacted, row.matched] == [len(contacted), len(of_all[0])]
    assert rows.is_reportable.any()
    follow(rows, *of_all)
    segments = published("from marts.support_contact_by_segment")
    assert set(segments[segments.is_reportable].segment_type) == {"all", "country", "plan"}
    for of_type, of_them in segments.groupby("segment_type"):
        assert of_them.drop_duplicates("segment").contacted.sum() == len(contacted)
        for segment, of_one in of_them.groupby("segment"):
            ends, stands = ends_of(sets, "" if of_type == "all" else str((of_type, segment)))
            assert (of_one.matched == len(ends)).all()
            follow(of_one.set_index("horizon_months"), ends, stands)


def ends_of(sets: list[Matched], segment: str = "") -> tuple[Ends, Stands]:
    """When the matched contacts of a segment, or all, end, and those who stand for them."""
    ends: Ends = []
    stands: Stands = []
    for one, at, cell, others in sets:
        if segment not in cell:
            continue
        ends.append((one.customer, one.end - at, one.left, cell))
        for a in others:
            kind = "contacted" if a.contact is not None else "left" if a.left else "open"
            stands.append((a.customer, a.exit - at, kind, cell, 1 / len(others)))
    return ends, stands


def follow(rows: pd.DataFrame, ends: Ends, stands: Stands) -> None:
    """Compare both curves at each horizon, and their difference with its error."""
    factors = censoring(stands)
    for months, day in HORIZONS.items():
        row = rows.loc[months]
        followed: Counter[str] = Counter()
        for who, lag, _, cell, weight in stands:
            followed[who] += weight * factors[cell, day] if lag >= day else 0  # type: ignore[assignment]
        enough = min(effective(followed), sum(lag >= day for _, lag, *_ in ends)) >= LEAST
        assert row.is_reportable == enough
        if not enough:
            continue
        first = [(who, lag, left, 1.0) for who, lag, left, _ in ends]
        assert row.retention_contacted == pytest.approx(
            retention([(lag, left) for _, lag, left, _ in first], day)
        )
        survival, influence = curve(first, day, lambda lag, cell: 1.0, [""] * len(first))
        second = [(who, lag, kind == "left", w) for who, lag, kind, _, w in stands]
        other, taken = curve(
            second, day, lambda lag, cell: factors[cell, lag], [cell for *_, cell, _ in stands]
        )
        assert row.retention_matched == pytest.approx(other, abs=1e-7)
        half_width = row.difference_ci_high - row.difference
        assert half_width == pytest.approx(width(influence, taken), 1e-5)
        assert row.difference == pytest.approx(survival - other, abs=1e-7)


def test_mrr_of_the_matched(
    lives: list[Life],
    rows: pd.DataFrame,
    published: Ask,
    subscribers: dict[str, list[Subscription]],
) -> None:
    """Day by day what is gained and lost of what is there, chained."""
    mrr = {one.customer: daily_mrr(one, subscribers[one.customer]) for one in lives}
    first, second = Followed(), Followed()
    for one, at, cell, others in matched(lives, published):
        first.add(one.customer, "", mrr[one.customer][at:], one.left, is_contacted=False)
        share = mrr[one.customer][at] / sum(mrr[a.customer][at] for a in others)
        for a in others:
            rest = share * mrr[a.customer][at : a.exit]
            is_contacted = a.contact is not None
            second.add(a.customer, cell, rest, a.left and not is_contacted, is_contacted)
    for months, day in HORIZONS.items():
        row = rows.loc[months]
        if min(effective(side.held(day)) for side in (first, second)) < LEAST:
            assert math.isnan(row.expansion_difference)
            continue
        expanded, influence = first.curve(day)
        other, taken = second.curve(day)
        found = [row.expansion_contacted, row.expansion_matched, row.expansion_difference]
        assert found == pytest.approx([expanded, other, expanded - other], abs=1e-7)
        half_width = row.expansion_difference_ci_high - row.expansion_difference
        assert half_width == pytest.approx(width(influence, taken), 1e-5)
        assert abs(expanded - row.retention_contacted) > 1e-4


def width(influence: Counter[str], taken: Counter[str]) -> float:
    """Half of the interval of a difference, by what each customer adds to it."""
    squares = Counter({who: (influence[who] - taken[who]) ** 2 for who in {*influence, *taken}})
    return float(stats.t.ppf(0.975, 2 * effective(squares)) * math.sqrt(sum(squares.values())))


def effective(held: Counter[str]) -> float:
    """As how many of equal weight these are (Kish)."""
    squares = sum(one * one for one in held.values())
    return sum(held.values()) ** 2 / squares if squares else 0


def daily_mrr(one: Life, held: list[Subscription]) -> np.ndarray:
    """MRR when each day of a life ends, the last one apart."""
    ends = [one.began + (day + 1) * DAY - timedelta(microseconds=1) for day in range(one.end)]
    return np.array([sum(a.mrr(at) for a in held) for at in ends])


class Followed:
    """MRR that is followed after contacts, by customer and cell: there, gained, leaving."""

    def __init__(self) -> None:
        self.of: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros((3, 1000)))

    def add(self, who: str, cell: str, mrr: np.ndarray, has_left: bool, is_contacted: bool) -> None:
        there, gained, leaving = self.of[who, cell]
        there[1 : len(mrr) + 1] += mrr
        gained[1 : len(mrr)] += np.diff(mrr)
        gained[len(mrr)] -= mrr[-1] * has_left
        leaving[len(mrr)] += mrr[-1] * is_contacted

    def held(self, day: int) -> Counter[str]:
        """What each customer holds at a day, by what it stands for."""
        held: Counter[str] = Counter()
        factors = self.factors()
        for (who, cell), (there, _, _) in self.of.items():
            held[who] += there[day] * factors[cell][day]
        return held

    def factors(self) -> dict[str, np.ndarray]:
        """How many each of a cell stands for, day by day."""
        cells = self.cells()
        factors = {}
        for cell, (there, gained, leaving) in cells.items():
            left = there + gained
            stay = 1 - np.divide(leaving, left, out=np.zeros(1000), where=left > 1e-9)
            steps = np.where(stay > 1e-12, stay, 1)
            factors[cell] = 1 / np.concatenate([[1], np.cumprod(steps)[:-1]])
        return factors

    def cells(self) -> dict[str, np.ndarray]:
        """What is followed in each cell."""
        cells: dict[str, np.ndarray] = defaultdict(lambda: np.zeros((3, 1000)))
        for (_, cell), of_them in self.of.items():
            cells[cell] += of_them
        return cells

    def curve(self, day: int) -> tuple[float, Counter[str]]:
        """What is there of each unit at a day, and by how much each customer moves it."""
        cells, factors = self.cells(), self.factors()
        weighted = [of_cell * factors[cell] for cell, of_cell in cells.items()]
        there, gained, _ = np.sum(weighted, axis=0)
        growth = np.divide(gained, there, out=np.zeros(1000), where=there > 1e-9)
        expanded = float(np.prod(1 + growth[: day + 1]))
        moves: Counter[str] = Counter()
        for (who, cell), of_them in self.of.items():
            own, gain, _ = of_them * factors[cell]
            move = np.divide(gain - growth * own, there, out=np.zeros(1000), where=there > 1e-9)
            moves[who] += expanded * move[: day + 1].sum()
        return expanded, moves


def matched(lives: list[Life], published: Ask) -> Iterator[Matched]:
    """First contacts, their day and cell, and who is alike and not contacted yet, if anybody is."""
    cells = cell_of(published)
    by_cell: dict[tuple[int, str], list[Life]] = defaultdict(list)
    for one in lives:
        for month in range(one.exit // MONTH + 1):
            by_cell[month, cells(one, month)].append(one)
    for one in lives:
        if one.contact is not None and one.contact >= 0:
            place = one.contact // MONTH, cells(one, one.contact // MONTH)
            if others := [a for a in by_cell[place] if a.exit > one.contact]:
                yield one, one.contact, place[1], others


def cell_of(published: Ask) -> Callable[[Life, int], str]:
    """Plan and country when a month of tenure begins, and whether they did anything before it."""
    spans = published("from marts.dim_customer_segments where segment_type in ('plan', 'country')")
    segments = {who: list(of_them.itertuples()) for who, of_them in spans.groupby("customer_id")}
    done: dict[str, list[datetime]] = defaultdict(list)
    contacts = published(
        "from marts.fct_interactions where kind not in ('ticket', 'call', 'follow_up')"
    )
    for who, at in zip(contacts.customer_id, contacts.occurred_at, strict=True):
        done[who].append(at)

    def cell(one: Life, month: int) -> str:
        at = one.began + month * MONTH * DAY
        held = sorted(
            (span.segment_type, span.segment)
            for span in segments.get(one.customer, [])
            if span.valid_from <= at and not span.valid_to <= at
        )
        is_active = any(at - MONTH * DAY <= instant < at for instant in done[one.customer])
        return f"{held} {is_active}"

    return cell


def censoring(stands: list[tuple[str, int, str, str, float]]) -> dict[tuple[str, int], float]:
    """How many each of a cell stands for by lag: those contacted before are replaced."""
    weights: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
    for _, lag, kind, cell, weight in stands:
        weights[cell][lag, kind] += weight  # type: ignore[assignment]
    factors = {}
    for cell, of_cell in weights.items():
        at_risk, factor = sum(of_cell.values()), 1.0
        for lag in range(max(lag for lag, _ in of_cell) + 1):
            factors[cell, lag] = factor
            left, contacted = of_cell[lag, "left"], of_cell[lag, "contacted"]
            remaining = at_risk - left
            if contacted and remaining - contacted > 1e-12:
                factor /= 1 - contacted / remaining
            at_risk = remaining - contacted - of_cell[lag, "open"]
    return factors


def curve(
    ends: list[tuple[str, int, bool, float]],
    day: int,
    factor: Callable[[int, str], float],
    cells: list[str],
) -> tuple[float, Counter[str]]:
    """A weighted curve at a day, and by how much each customer's weight moves it."""
    churned: Counter[int] = Counter()
    at_risk: Counter[int] = Counter()
    for (_, lag, left, weight), cell in zip(ends, cells, strict=True):
        for before in range(min(lag, day) + 1):
            at_risk[before] += weight * factor(before, cell)  # type: ignore[assignment]
        if left and lag <= day:
            churned[lag] += weight * factor(lag, cell)  # type: ignore[assignment]
    hazard = {lag: churned[lag] / at_risk[lag] for lag in at_risk}
    survival = math.prod(1 - hazard[lag] for lag in sorted(hazard))
    moves: Counter[str] = Counter()
    for (who, lag, left, weight), cell in zip(ends, cells, strict=True):
        risk = sum(
            factor(before, cell) * hazard[before] / at_risk[before]
            for before in range(min(lag, day) + 1)
            if hazard[before]
        )
        own = factor(lag, cell) / at_risk[lag] if left and lag <= day else 0
        moves[who] += survival * weight * (risk - own)  # type: ignore[assignment]
    return survival, moves
