"""Forms that a small sample does not draw, of marts made by hand: each mark has its number."""

from collections.abc import Callable

import pytest

from orchestration.settings import Settings
from tests.browser.conftest import Seen
from tests.browser.marks import marks_of
from tests.browser.test_forms import drawn, read
from tests.reported import publish_report

pytestmark = pytest.mark.slow

See = Callable[..., Seen]

DRIVERS = """
    create table marts.drivers_by_segment as
    select 'nps' as outcome, 'all' as segment_type, 'all' as segment, *,
        rank <= 2 as is_above_chance,
        if(correlation < 0, 'lower', 'higher') as direction, 0.1 as r_squared, 900 as n
    from (values
        ('late_deliveries', 0.06, 0.04, 0.08, 1, -0.3, 0.2, 0.15),
        ('sessions', 0.03, 0.01, 0.05, 2, 0.2, 4.5, 0.85),
        ('tickets', 0.004, -0.002, 0.01, 3, -0.05, 0.5, 0.9)
    ) as told(driver, importance, importance_ci_low, importance_ci_high, rank, correlation,
        performance, performance_rescaled)
"""
AGENTS = """
    create table marts.agents_by_period as
    select 'all' as period_grain, null::date as period_start, 'Care' as group_name, 30 as tickets,
        csat as csat_shrunk, csat - 0.1 as csat_shrunk_ci_low, csat + 0.1 as csat_shrunk_ci_high,
        0.8 as group_csat, 0.1 as reopen_rate_shrunk, true as is_reportable, *
    from (values
        ('A1', 20, 0.35, 0.55, 0.95, true), ('A2', 40, 0.85, 0.65, 0.92, false),
        ('A3', 60, 0.8, 0.7, 0.9, false)
    ) as told(agent_id, responses, csat, csat_limit_low, csat_limit_high, is_outside_limits)
"""
EXPERIMENTS = """
    create table marts.experiment_results as
    select 'new' as variant, 'orders' as metric, 200 as subjects, 1.0 as value, 0.1 as lift,
        0.0 as lift_ci_low, 0.2 as lift_ci_high, 0.04 as p_adjusted, true as is_hypothesis, *
    from (values
        ('Sound', 0.25, 0.1, 0.4, 'supported', null),
        ('Loyal', null, null, null, 'supported', null),
        ('Split', -0.1, -0.3, 0.1, 'invalid', 'sample_ratio')
    ) as told(hypothesis, lift_relative, lift_relative_ci_low, lift_relative_ci_high, verdict,
        verdict_reason)
"""


@pytest.mark.parametrize(
    ("name", "form", "mart", "said", "marks"),
    [
        ("loyalty", "drivers", DRIVERS, "what surely counts is late deliveries and sessions", 3),
        ("loyalty", "quadrant", DRIVERS, "what surely counts and stands low is late deliver", 6),
        ("support", "agents", AGENTS, "beyond the limits is A1, of 3", 12),
        (
            "experiments",
            "dots",
            EXPERIMENTS,
            "Supported: “Loyal” orders by 0.1 (0 to 0.2). Supported: “Sound” orders by 0.1",
            6,
        ),
    ],
)
def test_marks_stand_where_their_numbers_are(
    settings: Settings, see: See, name: str, form: str, mart: str, said: str, marks: int
) -> None:
    seen = see(publish_report(settings, [], mart) / f"{name}.html")
    card = next(card for card, found in drawn(seen.page, name) if found == form)
    assert said in str(seen.page.locator(f"{card} .now").text_content())
    compared = list(read(marks_of(seen.page, card), form))
    assert len(compared) == marks
    for what, told, shown, margin in compared:
        assert shown == pytest.approx(told, abs=margin), what
    assert seen.wrong == []


def test_drivers_of_staying_go_with_leaving_and_staying(settings: Settings, see: See) -> None:
    mart = DRIVERS.replace("'nps' as outcome", "'staying' as outcome")
    page = see(publish_report(settings, [], mart) / "churn.html").page
    card = next(card for card, found in drawn(page, "churn") if found == "drivers")
    texts = page.locator(f"{card} .chart text").all_text_contents()
    assert "← goes with leaving · goes with staying →" in texts


def test_an_experiment_with_a_broken_split_is_drawn_as_one(settings: Settings, see: See) -> None:
    page = see(publish_report(settings, [], EXPERIMENTS) / "experiments.html").page
    chart = page.locator("[data-chart='0'] .chart")
    texts = set(chart.locator("text").all_text_contents())
    assert {"new: Sound", "Invalid: new: Split", "not told (200)"} <= texts
    dashes = chart.locator(".mark-rule line").evaluate_all(
        "lines => lines.map((line) => [line.__data__.datum.unsound,"
        " line.getAttribute('stroke-dasharray')])"
    )
    assert [dash for unsound, dash in dashes if unsound] == ["4,3"]
    assert "4,3" not in [dash for unsound, dash in dashes if unsound is False]
