"""Loops with detractors, recounted answer by answer, with lifelines' medians."""

from collections.abc import Callable

import pandas as pd  # type: ignore[import-untyped]
import pytest
from lifelines import KaplanMeierFitter  # type: ignore[import-untyped]

from tests.recomputation.detractors import Detractor, detractors

Ask = Callable[[str], pd.DataFrame]
HOUR = pd.Timedelta("1h")
LEAST = 10


@pytest.fixture(scope="module")
def found(published: Ask, landed: Ask) -> list[Detractor]:
    return detractors(published, landed)


def test_calls_and_closings(found: list[Detractor], published: Ask) -> None:
    rows = published(
        """
        select strftime(period_start, '%Y-%m') as month, * from marts.follow_up_by_segment
        where segment_type = 'all' and period_grain in ('month', 'all')
        """
    )
    assert len(rows) > 3
    for row in rows.itertuples():
        is_all = row.period_grain == "all"
        of_period = [one for one in found if is_all or one.at.strftime("%Y-%m") == row.month]
        due = [one for one in of_period if one.is_due]
        called = [one for one in due if one.contacted_at]
        counts = {
            "detractors": len(of_period),
            "detractors_due": len(due),
            "followed_up": len(called),
            "followed_up_in_time": sum(one.is_in_time for one in called),
            "closed": sum(one.closed_at is not None for one in called),
            "waiting": sum(one.is_waiting for one in of_period),
        }
        assert {name: getattr(row, name) for name in counts} == counts
        if len(due) >= LEAST:
            assert row.follow_up_in_time_rate == pytest.approx(
                counts["followed_up_in_time"] / len(due)
            )
        waits = {"hours_to_contact": waits_for_calls(of_period), "hours_to_close": loops(of_period)}
        for name, lives in waits.items():
            median = getattr(row, f"{name}_median")
            if len(lives) < LEAST:
                assert pd.isna(median)
                continue
            fitted = KaplanMeierFitter().fit(*zip(*lives, strict=True)).median_survival_time_
            assert (float("inf") if pd.isna(median) else median) == fitted
    assert 0 < counts["followed_up"] < counts["detractors_due"]


def waits_for_calls(found: list[Detractor]) -> list[tuple[int, bool]]:
    """Whole hours until each call, or until nobody waits for it any more."""
    return [
        (
            (
                (
                    one.contacted_at
                    or min(filter(None, [one.closed_at, one.next_at, one.known_until]))
                )
                - one.at
            )
            // HOUR,
            one.contacted_at is not None,
        )
        for one in found
    ]


def loops(found: list[Detractor]) -> list[tuple[int, bool]]:
    """Whole hours from each call until its loop is closed, or for how long it is open."""
    return [
        (((one.closed_at or one.known_until) - one.contacted_at) // HOUR, one.closed_at is not None)
        for one in found
        if one.contacted_at
    ]


def test_who_waits(found: list[Detractor], published: Ask) -> None:
    rows = published("from marts.follow_ups_open").set_index("response_id")
    waiting = {one.response: one for one in found if one.is_waiting}
    assert set(rows.index) == set(waiting)
    assert len(rows) > 10
    plans = published("from marts.dim_customer_segments where segment_type = 'plan'")
    for response, row in rows.iterrows():
        one = waiting[response]
        assert row.hours_waited == pytest.approx((one.known_until - one.at) / HOUR)
        assert row.is_due == one.is_due
        of_them = plans[plans.customer_id == one.customer]
        held = of_them[(of_them.valid_from <= one.at) & ~(of_them.valid_to <= one.at)]
        plan = held.segment.iloc[0]
        assert (f"Plan: {plan}" in row.segments) == (plan != "unknown")
