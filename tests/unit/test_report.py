"""What a reader of the report sees, and what a report never does."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from orchestration.contract import source_tables
from orchestration.loading.ledger import create_tables
from orchestration.publishing.publish import publish
from orchestration.reporting import ReportError, add_report, require_report
from orchestration.reporting.page import render
from orchestration.settings import Settings
from orchestration.warehouse import connect
from tests.registries import DIM_METRICS

pytestmark = pytest.mark.slow

MARTS = """
create schema marts;
create table marts.metric_values (
    period_grain varchar, period_start date, segment_type varchar, segment varchar,
    metric varchar, value double, numerator double, denominator double, value_se double,
    ci_low double, ci_high double, target double, status varchar, is_reportable boolean
);
create table marts.ces_by_segment (
    period_grain varchar, period_start date, segment_type varchar, segment varchar,
    instrument_version varchar, responses bigint, ces_easy_rate double, ces_ci_low double,
    ces_ci_high double
);
create table marts.churn_by_segment (
    period_grain varchar, period_start date, segment_type varchar, segment varchar,
    mrr_new double, mrr_reactivated double, mrr_expansion double, mrr_contraction double,
    mrr_churned double
);
create table marts.dim_segment_types (segment_type varchar, label varchar, is_shown boolean);
insert into marts.dim_segment_types values ('plan', 'Plan', true), ('secret', 'Secret', false);
create table marts.dim_experiments (
    experiment_id varchar, hypothesis varchar, metric varchar, priority double, problems varchar
);
create table marts.experiment_results (
    experiment_id varchar, metric varchar, variant varchar, is_hypothesis boolean, subjects bigint,
    lift double, lift_ci_low double, lift_ci_high double, p_adjusted double, verdict varchar,
    verdict_reason varchar
);
create table marts.around_events (
    anchor varchar, window_days integer, segment_type varchar, events bigint,
    contact_rate_ratio double, contact_rate_ratio_ci_low double, contact_rate_ratio_ci_high double,
    change double, effect double, effect_ci_low double, effect_ci_high double,
    is_reportable boolean
);
create table marts.follow_up_by_segment (
    period_grain varchar, segment_type varchar, waiting bigint, follow_up_rate double,
    follow_up_rate_ci_low double, follow_up_rate_ci_high double, follow_up_in_time_rate double,
    follow_up_in_time_rate_ci_low double, follow_up_in_time_rate_ci_high double, closed_rate
    double, closed_rate_ci_low double, closed_rate_ci_high double, answered_again_rate double,
    answered_again_rate_ci_low double, answered_again_rate_ci_high double, rescue_rate double,
    rescue_rate_ci_low double, rescue_rate_ci_high double, churn_rate double, churn_rate_ci_low
    double, churn_rate_ci_high double, answered_again_rate_uncontacted double,
    answered_again_rate_uncontacted_ci_low double, answered_again_rate_uncontacted_ci_high double,
    rescue_rate_uncontacted double, rescue_rate_uncontacted_ci_low double,
    rescue_rate_uncontacted_ci_high double, churn_rate_uncontacted double,
    churn_rate_uncontacted_ci_low double, churn_rate_uncontacted_ci_high double, effect double,
    effect_ci_low double, effect_ci_high double, effect_p double, hours_to_contact_median double
);
create table marts.support_contact_effect (
    horizon_months integer, retention_contacted double, retention_matched double,
    difference double, difference_ci_low double, difference_ci_high double,
    naive_difference double, hazard_ratio double, hazard_ratio_p double, is_reportable boolean
);
create table marts.follow_ups_open (
    response_id varchar, customer_id varchar, instrument_id varchar, touchpoint varchar,
    score decimal(6, 2), responded_at timestamp, hours_waited double, is_due boolean, mrr double
);
create table marts.change_explained (
    metric varchar, instrument_version varchar, period_grain varchar, period_start date,
    segment_type varchar, sentence varchar
);
create table marts.customer_360 (
    customer_id varchar, mrr double, mrr_at_risk double, churn_probability double, health double,
    health_band varchar, reasons varchar, clv_predicted double
);
create table marts.customer_health_backtest (
    as_of date, customer_kind varchar, band varchar, customers bigint, churned bigint,
    predicted_rate double, observed_rate double, observed_rate_ci_low double,
    observed_rate_ci_high double, lift double, auc double, auc_ci_low double, auc_ci_high double,
    brier double, brier_base double, verdict varchar
);
create table marts.fct_orders (reporting_currency varchar);
insert into raw_survey.responses by name
select 'r' as response_id, date '2024-04-10' as _landing_date;
"""

INSERT = """
insert into marts.metric_values (
    period_grain, period_start, segment_type, segment, metric, value, ci_low, ci_high,
    denominator, status
) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'no_target')
"""

Value = tuple[str, str | None, str, str, str, float | None, float | None, float | None, int | None]

OVERALL: list[Value] = [
    ("month", "2024-02-01", "all", "all", "nps", 21.25, 11.5, 31.75, 300),
    ("month", "2024-03-01", "all", "all", "nps", 33.25, 23.5, 43.75, 1324),
    ("month", "2024-04-01", "all", "all", "nps", -77.25, -80, -70, 50),
    ("quarter", "2024-01-01", "all", "all", "nps", 27.25, 21.5, 32.75, 2000),
]


def by_plan(plan: str, value: float | None, n: int) -> Value:
    low, high = (None, None) if value is None else (value - 5, value + 5)
    return ("quarter", "2024-01-01", "plan", plan, "nps", value, low, high, n)


PLANS = [by_plan("basic", 15.25, 1200), by_plan("pro", 42.25, 790), by_plan("team", None, 9)]

Report = Callable[..., str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with empty marts, and files that landed up to 10 April 2024."""
    settings = Settings(home=tmp_path)
    with connect(settings) as warehouse:
        for table in source_tables():
            create_tables(warehouse, table)
        warehouse.execute(MARTS)
        warehouse.execute(DIM_METRICS)
    return settings


def add_page(building: Path) -> None:
    """Add the report within this process: a process of its own costs a second."""
    (building / "report.html").write_text(render(building / "cx.duckdb"), encoding="utf-8")


@pytest.fixture
def report(settings: Settings) -> Report:
    """Publish these metric values, write the report and read it."""

    def written(values: list[Value], *statements: str) -> str:
        with connect(settings) as warehouse:
            for value in values:
                warehouse.execute(INSERT, value)
            for statement in statements:
                warehouse.execute(statement)
        publish(settings, complete=add_page)
        return (settings.published_dir / "report.html").read_text(encoding="utf-8")

    return written


def figures(page: str) -> dict[str, str]:
    """The figures by their captions."""
    found = re.findall(r"<figure>\n<figcaption>(.*?)</figcaption>(.*?)</figure>", page, re.S)
    return {re.sub("<.*?>", "", caption).split("  ")[0]: body for caption, body in found}


def texts(figure: str) -> list[str]:
    return [unescape(text) for text in re.findall(r"<text[^>]*>(.*?)</text>", figure)]


def table_rows(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.S)
    return [[unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r)] for r in rows]


class Elements(HTMLParser):
    """All elements of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("on_target", "● On target"),
        ("at_risk", "▲ At risk"),
        ("off_target", "■ Off target"),
        ("undecided", "◇ Undecided"),
    ],
)
def test_a_tile_shows_the_newest_complete_month_and_its_target(
    report: Report, status: str, shown: str
) -> None:
    target = f"""
        update marts.metric_values set target = 40, status = '{status}'
        where metric = 'nps' and period_start = '2024-03-01' and period_grain = 'month'
    """
    page = report(OVERALL, target)
    tile = re.sub("<.*?>|\\s|&nbsp;", " ", page.split('class="tiles"')[1].split("</li>")[0])
    assert re.sub(" +", " ", tile).strip("> ") == (
        f"NPS 2024-03 33.2 23.5 to 43.8 1,324 responses {shown} (target 40.0)"
    )
    assert "By month target 40.0" in figures(page)


def test_a_month_that_is_not_over_is_not_shown(report: Report) -> None:
    page = report(OVERALL)
    assert ["2024-03", "33.2", "23.5 to 43.8", "1,324"] in table_rows(page)
    assert "2024-04" not in [row[0] for row in table_rows(page)]
    assert "-77" not in page


def test_segments_are_compared_on_the_newest_complete_quarter(report: Report) -> None:
    page = report(OVERALL + PLANS)
    plans = figures(page)["By plan 2024 Q1"]
    assert [text for text in texts(plans) if text.isalpha()] == ["pro", "basic"]
    assert 'aria-label="NPS, By plan. basic 15.2; pro 42.2."' in plans
    assert ["basic", "15.2", "10.2 to 20.2", "1,200"] in table_rows(page)


def test_only_headlines_have_charts_by_segment(report: Report) -> None:
    reopened: list[Value] = [
        ("month", "2024-03-01", "all", "all", "reopen_rate", 0.2, 0.1, 0.4, 90),
        ("quarter", "2024-01-01", "all", "all", "reopen_rate", 0.2, 0.1, 0.4, 400),
        ("quarter", "2024-01-01", "plan", "pro", "reopen_rate", 0.15, 0.1, 0.4, 200),
        ("quarter", "2024-01-01", "plan", "basic", "reopen_rate", 0.3, 0.1, 0.4, 200),
    ]
    page = report(reopened)
    assert not [name for name in figures(page) if name.startswith("By plan")]
    assert ["basic", "30.0%", "10.0% to 40.0%", "200"] in table_rows(page)


def ticks(figure: str) -> list[float]:
    """The numbers along the axes of a chart, in order."""
    signs = str.maketrans("\N{MINUS SIGN}", "-", ",")
    plain = (text.translate(signs) for text in texts(figure))
    return sorted(float(text) for text in plain if re.fullmatch(r"-?\d+(\.\d+)?", text))


def test_segment_charts_of_a_metric_share_a_scale_that_spans_their_intervals(
    report: Report,
) -> None:
    """Plans and their intervals of ±5 reach from 10.25 to 47.25, regions from 25 to 40."""
    regions = [("quarter", "2024-01-01", "region", r, "nps", 32.5, 25.0, 40.0, 60) for r in "NS"]
    shown = "insert into marts.dim_segment_types values ('region', 'Region', true)"
    found = figures(report(OVERALL + PLANS + regions, shown))
    by_plan, by_region = found["By plan 2024 Q1"], found["By region 2024 Q1"]
    assert ticks(by_plan) == ticks(by_region) == [10, 20, 30, 40, 50]


def test_a_scale_does_not_reach_for_zero(report: Report) -> None:
    """February's interval begins at 11.5, March's ends at 43.75."""
    trend = ticks(figures(report(OVERALL))["By month"])
    assert min(trend) >= 10 and max(trend) <= 50
    losses = [by_plan("basic", -50.25, 100), by_plan("pro", -40.5, 90)]
    plans = ticks(figures(report(losses + OVERALL))["By plan 2024 Q1"])
    assert min(plans) <= -50 and max(plans) <= -35


@pytest.mark.parametrize("months", [6, 7, 14])
def test_months_along_a_chart_stand_apart(months: int, report: Report) -> None:
    """Each label is some 50 pixels wide, and its place its middle."""
    values: list[Value] = [
        ("month", f"{2021 + i // 12}-{i % 12 + 1:02}-01", "all", "all", "nps", i, i, i + 1, 50)
        for i in range(months)
    ]
    chart = figures(report(values))["By month"]
    labels = re.findall(r"<text[^>]*>[A-Z][a-z]{2} 20\d\d<", chart)
    visible = [label for label in labels if 'opacity="0"' not in label]
    places = [float(label.split("translate(")[1].split(",")[0]) for label in visible]
    assert len(places) > 1
    assert min(b - a for a, b in pairwise(places)) > 58


def test_a_segment_type_is_named_by_its_label_and_shown_only_where_the_registry_says(
    report: Report,
) -> None:
    hidden = [("quarter", "2024-01-01", "secret", name, "nps", 1.0, 0.0, 2.0, 50) for name in "ab"]
    label = "update marts.dim_segment_types set label = 'Price plan' where segment_type = 'plan'"
    page = report(OVERALL + PLANS + hidden, label)
    assert [name for name in figures(page) if "2024 Q1" in name] == ["By price plan 2024 Q1"]
    assert "ecret" not in page


def test_a_segment_below_the_threshold_is_too_few_and_never_plotted(report: Report) -> None:
    page = report(OVERALL + PLANS)
    assert ["team", "too few", "", "9"] in table_rows(page)
    assert all("team" not in figure for figure in figures(page).values())


def test_the_largest_twelve_segments_are_plotted_and_all_are_in_the_table(report: Report) -> None:
    page = report(OVERALL + [by_plan(f"p{i:02}", float(i), 100 + i) for i in range(20)])
    plans = figures(page)["By plan 2024 Q1, the largest 12 of 20"]
    plotted = [text for text in texts(plans) if text.startswith("p")]
    assert plotted == [f"p{i:02}" for i in range(19, 7, -1)]
    assert {f"p{i:02}" for i in range(20)} <= {row[0] for row in table_rows(page)}


def test_text_from_data_stays_text(report: Report) -> None:
    hostile = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "R&D 'x'"]
    page = report(OVERALL + [by_plan(name, 10.0, 50) for name in hostile])
    tags = {tag for tag, _ in Elements(page).found}
    assert not tags & {"script", "img"}
    assert not any(name.startswith("on") for _, attrs in Elements(page).found for name in attrs)
    assert set(hostile) <= {row[0] for row in table_rows(page)}


def test_the_page_needs_nothing_but_itself(report: Report) -> None:
    elements = Elements(page := report(OVERALL + PLANS)).found
    links = {v for _, attrs in elements for k, v in attrs.items() if k in {"href", "src"} and v}
    assert links and all(link.startswith("#") for link in links)
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in elements}
    assert "url(" not in page and "@import" not in page


def test_metrics_without_rows_are_left_out_in_one_sentence(report: Report) -> None:
    page = report([*OVERALL, ("all", None, "all", "all", "clv_predicted", None, None, None, 5)])
    assert re.findall(r'<section id="(\w+)"', page) == ["nps", "sources"]
    [absent] = re.findall("Without enough data, and so not shown: (.*?)\\.</p>", page)
    assert absent.startswith("CSAT; CES, share easy; Net sentiment of voice; ")
    assert absent.endswith(
        "Buyers lapsed; Lifetime value to date; Lifetime value predicted; Employee NPS"
    )


def test_what_is_reported_how_and_in_which_order_is_what_the_registry_says(report: Report) -> None:
    wait = ("month", "2024-03-01", "all", "all", "call_wait_seconds_median", 75.25, 60.0, 90.0, 40)
    churn = ("month", "2024-03-01", "all", "all", "logo_churn_rate", 0.03, 0.02, 0.04, 900)
    page = report(
        [*OVERALL, wait, churn],
        """
        update marts.dim_metrics set label = 'Patience', format = '.2f', counts = 'callers',
            report_order = 5 where metric = 'call_wait_seconds_median'
        """,
        "update marts.dim_metrics set report_order = null where metric = 'logo_churn_rate'",
    )
    assert re.findall(r'<section id="(\w+)"', page) == [
        "call_wait_seconds_median",
        "nps",
        "sources",
    ]
    tile = re.sub("<.*?>|\\s", " ", page.split('class="tiles"')[1].split("</li>")[0])
    assert re.sub(" +", " ", tile).strip("> ") == (
        "Patience 2024-03 75.25 60.00 to 90.00 40 callers No target"
    )
    assert "Logo churn" not in page


def test_support_has_a_section_of_its_own(report: Report) -> None:
    first_reply = ("month", "2024-03-01", "all", "all", "first_reply_minutes_median")
    page = report([*OVERALL, (*first_reply, 1520.4, 1100.0, 2048.0, 70)])
    assert re.findall(r'<section id="(\w+)"', page) == ["nps", first_reply[-1], "sources"]
    assert ["2024-03", "1,520", "1,100 to 2,048", "70"] in table_rows(page)


def test_a_chart_is_taken_from_the_page_before_unless_it_shows_something_else(
    report: Report, settings: Settings, tmp_path: Path
) -> None:
    page = report(OVERALL + PLANS)
    before = tmp_path / "before.html"
    before.write_text(page.replace("</svg>", "<desc>of before</desc></svg>"), encoding="utf-8")
    published = settings.published_dir / "cx.duckdb"
    assert render(published, before).count("<desc>of before</desc>") == page.count("<svg") > 1

    other = "update marts.metric_values set value = 43.25 where segment = 'pro'"
    report([], other)
    drawn = render(published, before)
    assert drawn.count("<desc>of before</desc>") == page.count("<svg") - 1
    for unreadable in (b"\xff", b'<svg data-chart="0"'):
        before.write_bytes(unreadable)
        assert render(published, before) == render(published)


def test_what_is_a_count_itself_counts_as_many(report: Report) -> None:
    months = [("2024-02-01", 241), ("2024-03-01", 239)]
    page = report(
        [("month", day, "all", "all", "backlog_end", n, None, None, None) for day, n in months]
    )
    assert "239 tickets</p>" in page
    assert "<td>241</td><td></td><td>241</td>" in page


def test_a_publish_without_any_metric_still_has_its_freshness(report: Report) -> None:
    page = report([])
    [row] = [row for row in table_rows(page) if row[0] == "raw_survey.responses"]
    assert [row[1], *row[4:]] == ["2024-04-10", "1", "0"]
    assert ["raw_web.events", "never", "", "empty", "0", "0"] in table_rows(page)
    assert figures(page) == {}


def test_hypotheses_stand_by_priority_with_their_verdict_or_what_is_wrong(report: Report) -> None:
    page = report(
        [],
        """
        insert into marts.dim_experiments values
            ('idea', 'Less is more.', 'nps', null, null),
            ('typo', 'Mails annoy.', 'npss', 60, 'its metric npss is none of experiments'),
            ('sound', 'Shorter <b>is</b> better.', 'csat', 100, null)
        """,
        """
        insert into marts.experiment_results values
            ('sound', 'csat', 'control', false, 5120, null, null, null, null, null, null),
            ('sound', 'csat', 'new', true, 5090, 0.0512, 0.0311, 0.0713, 0.0004, 'supported',
            'as_expected')
        """,
    )
    header, *rows = [row for row in table_rows(page) if len(row) == 8]
    assert header[0] == "Hypothesis"
    assert rows == [
        ["Shorter <b>is</b> better.", "csat", "new", "0.0512", "0.0311 to 0.0713", "< 0.001",
         "5,090", "supported: as expected"],
        ["Mails annoy.", "npss", "", "", "", "", "0", "its metric npss is none of experiments"],
        ["Less is more.", "nps", "", "", "", "", "0", "not tested yet"],
    ]  # fmt: skip


def test_without_a_hypothesis_nothing_is_said_of_any(report: Report) -> None:
    assert "Hypothes" not in report(OVERALL)


def test_what_moved_is_of_the_newest_complete_periods(report: Report) -> None:
    """Files landed up to 10 April 2024, so March and the first quarter are over."""
    page = report(
        [],
        """
        insert into marts.change_explained values
            ('csat', null, 'month', '2024-03-01', 'all', 'CSAT fell'),
            ('nps', null, 'month', '2024-04-01', 'all', 'NPS of a running month'),
            ('nps', null, 'month', '2024-03-01', 'all', 'NPS <rose>'),
            ('nps', null, 'month', '2024-03-01', 'plan', 'Growth answered better'),
            ('nps', null, 'month', '2024-02-01', 'all', 'NPS of long ago'),
            ('nps', null, 'quarter', '2024-01-01', 'all', 'NPS of the quarter'),
            ('nps', null, 'year', '2023-01-01', 'all', 'NPS of the year')
        """,
    )
    rows = [row for row in table_rows(page) if len(row) == 2]
    assert rows == [
        ["Period", "What moved"],
        ["2024-03", "NPS <rose>"],
        ["2024 Q1", "NPS of the quarter"],
        ["2024-03", "CSAT fell"],
    ]


def test_changes_around_events_are_of_the_longest_window(report: Report) -> None:
    page = report(
        [],
        """
        insert into marts.around_events values
            ('follow_up', 90, 'all', 1436, 0.75, 0.5, 1.25, 107.5, -7.75, -58.5, 26.5, true),
            ('call', 90, 'all', 12, null, 1.5, null, null, null, null, null, true),
            ('call', 90, 'plan', 11, 1, 1, 1, 1, 1, 1, 1, true),
            ('order', 90, 'all', 9, null, null, null, null, null, null, null, false),
            ('follow_up', 30, 'all', 1509, 1, 1, 1, 1, 1, 1, 1, true)
        """,
    )
    header, *rows = [row for row in table_rows(page) if len(row) == 7]
    assert header[0] == "Event"
    assert rows == [
        ["call", "12", "", "from 1.5", "", "", ""],
        ["follow up", "1,436", "0.75", "0.5 to 1.25", "108", "-7.75", "-58.5 to 26.5"],
    ]  # fmt: skip


def test_who_waits_for_a_call_is_listed_beside_what_calls_came_to(report: Report) -> None:
    page = report(
        [],
        """
        insert into marts.follow_up_by_segment (
            period_grain, segment_type, waiting, follow_up_rate, follow_up_rate_ci_low,
            follow_up_rate_ci_high, rescue_rate, rescue_rate_ci_low, rescue_rate_ci_high, effect,
            effect_ci_low, effect_ci_high, effect_p
        ) values
            ('all', 'all', 1200, 0.6, 0.5, 0.7, 0.75, 0.65, 0.85, 0.25, -0.5, 1.0, 0.4),
            ('all', 'plan', 7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 9, 9, 9, 0),
            ('month', 'all', 7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 9, 9, 9, 0)
        """,
        """
        insert into marts.follow_ups_open
        select
            'r' || n, '<k' || n || '>', 'i', null, n, timestamp '2024-01-20' - n * interval 1 day,
            24 * n, n > 2, 1234.5
        from range(1, 13) as numbers (n)
        """,
    )
    assert "1,200 detractors wait for a call, 10 of them for longer" in page
    assert "Contacted were 60.0% (50.0% to 70.0%), in time too few" in page
    assert "gave 0.25 points more than others (-0.5 to 1, p&nbsp;0.4)" in page
    rescued = ["of these, no detractors any more", "75.0% (65.0% to 85.0%)", "too few"]
    assert rescued in table_rows(page)
    waiting = [row for row in table_rows(page) if row[0].startswith("<k")]
    assert waiting[0] == ["<k12>", "12", "i", "", "2024-01-08", "12", "1,234"]
    assert [row[0] for row in waiting] == [f"<k{n}>" for n in range(12, 2, -1)]


def test_who_stays_after_support_is_told_beside_the_naive_difference(report: Report) -> None:
    page = report(
        [],
        """
        insert into marts.support_contact_effect values
            (12, 0.5, 0.25, 0.25, -0.5, 1, null, 0.95, 0.25, true),
            (3, 0.9, 0.85, 0.05, -0.01, 0.11, 0.31, 0.95, 0.25, true),
            (24, null, null, null, null, null, 0.4, 0.95, 0.25, false)
        """,
    )
    assert "leave 0.95 times as often as those not contacted yet (p&nbsp;0.25)" in page
    assert ["3", "90.0%", "85.0%", "0.05", "-0.01 to 0.11", "0.31"] in table_rows(page)
    assert ["12", "50.0%", "25.0%", "0.25", "-0.5 to 1", ""] in table_rows(page)
    assert not [row for row in table_rows(page) if row[0] == "24"]


def test_without_support_nothing_is_said_of_who_stays(report: Report) -> None:
    assert "after support" not in report(OVERALL)


def test_without_a_detractor_nobody_is_to_be_called(report: Report) -> None:
    assert "Whom to call" not in report(OVERALL)


BACKTEST = """
    insert into marts.customer_health_backtest by name
    select 'subscriber' as customer_kind, * from (values
        ('2026-01-01', 'all', 50, 10, .2, .2, .1, .3, 1, .9, .8, 1, .1, .2, 'predicts'),
        ('2026-04-01', 'good', 80, 8, .1, .1, .05, .2, .5, null, null, null, null, null, null),
        ('2026-04-01', 'poor', 9, 8, .9, null, null, null, null, null, null, null, null, null, ''),
        ('2026-04-01', 'all', 89, 16, .2, .18, .1, .3, 1, .625, .55, .7, {brier}, .25, '{verdict}')
    ) as subscribers(
        as_of, band, customers, churned, predicted_rate, observed_rate, observed_rate_ci_low,
        observed_rate_ci_high, lift, auc, auc_ci_low, auc_ci_high, brier, brier_base, verdict
    )
    union all by name
    select 'buyer' as customer_kind, '2026-04-01' as as_of, 'all' as band, 9 as customers,
        0 as churned, 'too_few' as verdict
"""


def sentences(page: str) -> list[str]:
    """The paragraphs about health in plain text."""
    section = page.split('<section id="health">')[1].split("</section>")[0]
    texts = re.findall(r"<p>(.*?)</p>", section, re.S)
    return [unescape(re.sub("<.*?>", "", text)).replace("\xa0", " ") for text in texts]


@pytest.mark.parametrize(("brier", "said"), [(0.125, "nearer"), (0.25, "no nearer")])
def test_a_health_that_predicts_says_how_well(report: Report, brier: float, said: str) -> None:
    page = report([], BACKTEST.format(brier=brier, verdict="predicts"))
    assert sentences(page)[0] == (
        "The health of subscribers predicts who leaves: of one who left and one who stayed, the one"
        " who left had the lower health in 62.5% of pairs (95 % interval 55.0% to 70.0%; chance is"
        f" 50 %). Its probabilities are {said} to what happened than one for all would be"
        f" (Brier {brier} for 0.25)."
    )
    header, *rows = [row for row in table_rows(page) if len(row) == 6][:4]
    assert header[0] == "Health"
    assert rows == [
        ["all", "89", "20.0%", "18.0%", "10.0% to 30.0%", "1"],
        ["poor", "9", "90.0%", "too few", "", ""],
        ["good", "80", "10.0%", "10.0%", "5.0% to 20.0%", "0.5"],
    ]


def test_a_health_that_does_not_predict_says_so(report: Report) -> None:
    page = report([], BACKTEST.format(brier=0.25, verdict="does_not_predict"))
    not_predicted, unknown = sentences(page)
    assert not_predicted.startswith("The health of subscribers does not predict who leaves.")
    assert unknown.endswith("is not known: too few of 9 left or stayed.")


def test_who_is_at_risk_is_listed_by_money_and_probability(report: Report) -> None:
    page = report(
        [],
        """
        insert into marts.customer_360 values
            ('b<b>', 0, 0, .5, 40, 'poor', 'a & b', 10), ('c', 0, 0, .5, 40, 'poor', null, 90),
            ('a', 1000, 250, .25, 59.6, 'poor', null, null), ('d', 999, null, null, 10, 'x', 'y', 1)
        """,
    )
    header, *rows = [row for row in table_rows(page) if len(row) == 6][:4]
    assert header[0] == "Customer"
    assert rows == [
        ["a", "1,000", "250", "25.0%", "59.6 poor", ""],
        ["c", "0", "0", "50.0%", "40.0 poor", ""],
        ["b<b>", "0", "0", "50.0%", "40.0 poor", "a & b"],
    ]
    assert "<b>" not in page.split('id="health"')[1].split("</section>")[0]


def test_without_health_there_is_no_section_of_it(report: Report) -> None:
    assert 'id="health"' not in report(OVERALL)


def test_versions_of_the_effort_question_are_charts_of_their_own(report: Report) -> None:
    page = report(
        [("month", "2024-03-01", "all", "all", "ces_easy_rate", 0.7, 0.6, 0.8, 90)],
        """
        insert into marts.ces_by_segment values
            ('month', '2024-02-01', 'all', 'all', '1.0', 80, 0.5, 0.4, 0.6),
            ('month', '2024-03-01', 'all', 'all', '2.0', 90, 0.7, 0.6, 0.8),
            ('month', '2024-02-01', 'all', 'all', '0.9', 4, null, null, null)
        """,
    )
    assert list(figures(page)) == ["By month, version 2.0", "By month, version 1.0"]
    assert ["2024-02", "50.0%", "40.0% to 60.0%", "80"] in table_rows(page)
    assert ["2024-02", "too few", "", "4"] in table_rows(page)


def test_mrr_movements_count_losses_as_negative(report: Report) -> None:
    page = report(
        [("month", "2024-03-01", "all", "all", "net_revenue_retention", 0.9, 0.8, 1.0, 5000)],
        """
        insert into marts.churn_by_segment values
            ('month', '2024-03-01', 'all', 'all', 700, 10, 200, 30, 1400)
        """,
        "insert into marts.fct_orders values ('EUR')",
    )
    figure = figures(page)["MRR gained and lost by month EUR"]
    words = re.search(r'aria-label="(.*?)"', figure)
    assert words and words[1].endswith(
        "2024-03: new 700, reactivated 10, expansion 200, contraction -30, churned -1,400."
    )


def test_the_report_stands_with_its_publish_and_is_swapped_in(
    settings: Settings, report: Report
) -> None:
    first = report(OVERALL)
    published = settings.published_dir
    old_folder = (published / "latest").resolve()
    assert old_folder.name in first
    with (published / "report.html").open(encoding="utf-8") as reader:
        second = report(PLANS)
        assert reader.read() == first
    assert (published / "latest").resolve().name in second
    assert (published / "report.html").read_text(encoding="utf-8") == second
    assert (old_folder / "report.html").read_text(encoding="utf-8") == first
    assert not list(published.rglob(".*"))


def test_what_no_page_may_hold_is_shown_as_a_sign(report: Report) -> None:
    """XML 1.0, section 2.2: Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | ..."""
    forbidden = [chr(code) for code in (*range(1, 32), 0x7F, 0xFFFE, 0xFFFF)]
    page = report(OVERALL + [by_plan(f"a{letter}b", 10.0, 50) for letter in forbidden])
    sign = "\N{REPLACEMENT CHARACTER}"
    assert f"a{sign}b" in texts(figures(page)["By plan 2024 Q1, the largest 12 of 34"])
    assert sum(row[0] == f"a{sign}b" for row in table_rows(page)) == 34
    assert not [letter for letter in forbidden if letter in page.replace("\n", "")]


def test_a_label_with_what_no_page_may_hold_is_shown_as_well(report: Report) -> None:
    label = (
        "update marts.dim_segment_types set label = 'Pl\x1ban\u00a0€' where segment_type = 'plan'"
    )
    page = report(OVERALL + PLANS, label)
    assert "By pl\N{REPLACEMENT CHARACTER}an\u00a0€ 2024 Q1" in figures(page)


def without_report(settings: Settings) -> str:
    """Publish as a run does where no report can be made, and give the reason."""
    reasons = []

    def add(building: Path) -> None:
        with pytest.raises(ReportError) as raised:
            add_report(building)
        reasons.append(str(raised.value))

    publish(settings, complete=add)
    [reason] = reasons
    return reason


def test_no_older_report_stands_beside_tables_whose_own_cannot_be_made(
    settings: Settings, report: Report
) -> None:
    report(OVERALL)
    with connect(settings) as warehouse:
        warehouse.execute("alter table marts.ces_by_segment rename to something_else")
    assert "Table with name ces_by_segment does not exist" in without_report(settings)
    with pytest.raises(ReportError, match="ces_by_segment"):
        require_report(settings.published_dir)
    assert not (settings.published_dir / "report.html").exists()
    assert not list(settings.published_dir.rglob(".*"))


def test_a_renderer_that_aborts_ends_with_a_sentence_and_the_tables_are_published(
    settings: Settings, report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = report(OVERALL)
    (tmp_path / "vl_convert.py").write_text("import os\nos.abort()\n")
    with monkeypatch.context() as patched:
        patched.setenv("PYTHONPATH", str(tmp_path))
        assert without_report(settings).endswith("its renderer crashed (SIGABRT)")
    assert not (settings.published_dir / "report.html").exists()
    second = require_report(settings.published_dir).read_text(encoding="utf-8")
    assert (settings.published_dir / "latest").resolve().name in second != first


def test_there_is_no_report_before_the_first_publish(settings: Settings) -> None:
    with pytest.raises(FileNotFoundError):
        require_report(settings.published_dir)
