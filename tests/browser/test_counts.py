"""The n beside a value counts what the value is of."""

from collections.abc import Callable

import pytest

from orchestration.settings import Settings
from tests.browser.conftest import Seen
from tests.browser.marks import marks_of
from tests.browser.test_forms import drawn
from tests.reported import publish_report

pytestmark = pytest.mark.slow

See = Callable[..., Seen]

FOLLOW_UPS = """
    create table marts.follow_up_by_segment as
    select 'all' as segment_type, 'all' as segment, 40 as detractors, 20 as followed_up,
        25 as detractors_due, 9 as waiting, 0.8 as follow_up_rate, 0.6 as follow_up_rate_ci_low,
        0.9 as follow_up_rate_ci_high, 0.5 as follow_up_in_time_rate, 1.0 as closed_rate,
        7.0 as hours_to_contact_median, 15 as answered_again, 12 as answered_again_uncontacted,
        11 as pairs_matched, 0.5 as effect, -0.5 as effect_ci_low, 1.5 as effect_ci_high,
        0.3 as effect_p, *
    from (values
        ('year', date '2022-01-01'), ('year', date '2023-01-01'), ('all', null)
    ) as told(period_grain, period_start)
"""
THEMES = """
    create table marts.themes_by_segment as
    select 'all' as period_grain, null::date as period_start, 'all' as segment_type,
        'all' as segment, 'price' as theme, 30 as comments, 300 as comments_scored, 0.1 as share,
        0.07 as share_ci_low, 0.14 as share_ci_high, 0.0 as sentiment_mean,
        0.0 as nps_of_commenters
"""
VOICE = """
    create table marts.voice_by_segment as
    select 'all' as period_grain, null::date as period_start, 'all' as segment_type,
        'all' as segment, 20 as negative, 10 as neutral, 1270 as positive, 0.96 as net_sentiment,
        0.95 as net_sentiment_ci_low, 0.97 as net_sentiment_ci_high
"""


@pytest.mark.parametrize(
    ("name", "form", "mart", "n"),
    [
        ("calling", "trend", FOLLOW_UPS, 25),
        ("calling", "dots", FOLLOW_UPS, "15"),
        ("voice", "dots", THEMES, "300"),
        ("voice", "diverging", VOICE, "1,300"),
    ],
)
def test_n_is_what_the_value_is_of(
    settings: Settings, see: See, name: str, form: str, mart: str, n: str | int
) -> None:
    seen = see(publish_report(settings, [], mart) / f"{name}.html")
    card = [card for card, found in drawn(seen.page, name) if found == form][-1]
    points = [mark["row"] for mark in marks_of(seen.page, card) if mark["kind"] == "symbol"]
    assert {row["n"] for row in points} == {n}
    assert seen.wrong == []
