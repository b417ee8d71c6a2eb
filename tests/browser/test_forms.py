"""Each form of chart draws the numbers that it is given, and its table tells the same."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from orchestration.reporting.declared import pages
from tests.browser.conftest import Seen
from tests.browser.marks import marks_of
from tests.browser.test_report import rows_below
from tests.integration.conftest import Warehouse

pytestmark = pytest.mark.slow

See = Callable[..., Seen]

# Where the marks of a form stand on its axes, by the fields of the row that each is of.
WHISKERS = {("symbol", "x"): "value", ("rule", "left"): "low", ("rule", "right"): "high"}
PLACES: dict[str, dict[tuple[str, str], Any]] = {
    "trend": {("symbol", "y"): "value"},
    "control": {("symbol", "y"): "value"},
    "dots": WHISKERS,
    "pairs": WHISKERS,
    "diverging": WHISKERS | {("rect", "left"): "from", ("rect", "right"): "to"},
    "drivers": {("symbol", "x"): "x"},
    "quadrant": {("symbol", "x"): "across", ("symbol", "y"): "value"},
    "agents": {
        ("symbol", "x"): "count",
        ("symbol", "y"): "value",
        ("rule", "low"): "low",
        ("rule", "high"): "high",
    },
    "survival": {("symbol", "x"): "x", ("symbol", "y"): "value"},
}
PIXELS = 2.5


def read(marks: list[dict[str, Any]], form: str) -> Iterator[tuple[str, float, float, float]]:
    """What a mark should say, what its place says, and how much that may be off by."""
    for mark in marks:
        for (kind, place), field in PLACES[form].items():
            told, shown = mark["row"].get(field), mark[place]
            if mark["kind"] == kind and told is not None and shown is not None:
                unit = mark["unit"][0 if place in ("x", "left", "right") else 1]
                yield f"{kind} {field}", told, shown, PIXELS * abs(unit)


def drawn(page: Page, name: str) -> Iterator[tuple[str, str]]:
    """The cards of a page whose chart is drawn, with their forms."""
    [declared] = [page for page in pages() if page.name == name]
    for place, chart in enumerate(declared.charts):
        card = f"[data-chart='{place}']"
        if page.locator(f"{card} .chart svg").count():
            yield card, chart.form


@pytest.mark.parametrize("name", [page.name for page in pages()][1:])
def test_marks_stand_where_their_numbers_are_and_the_table_says_them(
    name: str, sample: Warehouse, see: See
) -> None:
    page = see(sample.home / "published" / "report" / f"{name}.html").page
    for card, form in drawn(page, name):
        marks = marks_of(page, card)
        for what, told, shown, margin in read(marks, form) if form in PLACES else ():
            assert shown == pytest.approx(told, abs=margin), f"{name}, {form}: {what}"
        table = rows_below(page, "The same as a table", card)
        cells = {cell.lstrip("\N{MINUS SIGN}") for row in table for cell in row}
        of_values = {mark["row"]["shown"] for mark in marks if mark["row"].get("shown")}
        assert {
            shown.lstrip("\N{MINUS SIGN}") for shown in of_values - {"too few", "not told"}
        } <= cells


def marks_of_form(sample: Warehouse, see: See, name: str, form: str) -> list[dict[str, Any]]:
    page = see(sample.home / "published" / "report" / f"{name}.html").page
    card = next(card for card, found in drawn(page, name) if found == form)
    return [mark for mark in marks_of(page, card) if mark["kind"] == "rect"]


def test_money_is_as_high_as_it_is_and_a_cohort_as_dark(sample: Warehouse, see: See) -> None:
    for mark in marks_of_form(sample, see, "churn", "waterfall"):
        ends = sorted((mark["row"]["from"], mark["row"]["to"]))
        assert [mark["low"], mark["high"]] == pytest.approx(ends, abs=PIXELS * mark["unit"][1])
    for mark in marks_of_form(sample, see, "churn", "movements"):
        height = mark["high"] - mark["low"]
        assert height == pytest.approx(abs(mark["row"]["value"]), abs=PIXELS * mark["unit"][1])
    for mark in marks_of_form(sample, see, "value", "bars"):
        margin = PIXELS * mark["unit"][0]
        assert any(
            mark["right"] == pytest.approx(mark["row"][field], abs=margin)
            for field in ("value", "part")
        )
    cohorts = marks_of_form(sample, see, "churn", "heatmap")
    by_value = sorted(cohorts, key=lambda mark: mark["row"]["value"])
    shades = [mark["opacity"] for mark in by_value]
    assert shades == sorted(shades) and shades[0] < shades[-1]


def test_tables_beneath_forms_are_what_is_published(sample: Warehouse, see: See) -> None:
    report = sample.home / "published" / "report"
    page = see(report / "loyalty.html", "#by=plan&grain=month&at=2026-05-01").page
    shown = rows_below(page, "The same as a table", "[data-chart='0']")
    published = sample.query(
        """
        select coalesce(label, segment), responses::varchar, detractors::varchar,
            passives::varchar, promoters::varchar,
            if(nps is null, '', replace(printf('%.1f', nps), '-', '\N{MINUS SIGN}'))
        from marts.nps_by_segment left join marts.dim_segments using (segment_type, segment)
        where period_grain = 'month' and period_start = '2026-05-01' and segment_type = 'plan'
        """
    )
    assert published
    assert sorted(row[:6] for row in shown) == sorted(map(list, published))
    page = see(report / "journey.html").page
    year = str(page.locator("[data-chart='0'] .now").text_content())[-4:]
    funnel = page.locator(".funnel tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
    )
    stages = sample.query(
        f"""
        select replace(stage, '_', ' '), customers_entered::varchar, '',
            if(conversion_rate is null, 'too few', printf('%.1f%%', 100 * conversion_rate))
        from marts.journey_by_segment
        where segment_type = 'all' and period_start = '{year}-01-01' and period_grain = 'year'
        order by stage_order
        """
    )
    assert stages
    assert [row[:4] for row in funnel] == list(map(list, stages))
