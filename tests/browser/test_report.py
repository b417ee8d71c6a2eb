"""The report as its readers see it, in a browser without a network."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from orchestration.reporting.declared import pages
from orchestration.settings import Settings
from tests.browser.conftest import Seen, draw_all
from tests.integration.conftest import Warehouse
from tests.reported import OVERALL, PLANS, by_plan, publish_report

pytestmark = pytest.mark.slow

See = Callable[..., Seen]


def violations(page: Page) -> list[str]:
    """What is wrong for who cannot see or point, but for what is minor."""
    options = {"preload": False}  # of style sheets, which would be a request
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def rows_below(page: Page, summary: str, within: str) -> list[list[str]]:
    """The table that a summary opens."""
    details = page.locator(f"{within} details", has_text=summary).first
    if details.get_attribute("open") is None:
        details.locator("summary").click()
        details.locator("tbody tr").first.wait_for()
    cells = "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
    return list(details.locator("tbody tr").evaluate_all(cells))


@pytest.mark.parametrize("name", [page.name for page in pages()])
def test_a_page_opens_without_a_network_or_an_error_and_fits(
    name: str, sample: Warehouse, see: See
) -> None:
    """On a desk in the light, and on a phone in the dark; all its tables and definitions open."""
    file = sample.home / "published" / "report" / f"{name}.html"
    for width, scheme in ((1280, "light"), (390, "dark")):
        seen = see(file, width=width, scheme=scheme)
        seen.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
        seen.page.wait_for_timeout(50)
        beyond = "document.documentElement.scrollWidth - window.innerWidth"
        assert seen.page.evaluate(beyond) <= 0, f"{name} is wider than {width}"
        assert violations(seen.page) == []
        assert seen.wrong == []


def test_tables_of_a_page_are_what_is_published(sample: Warehouse, see: See) -> None:
    seen = see(
        sample.home / "published" / "report" / "satisfaction.html",
        "#by=channel&grain=month&at=2026-05-01",
    )
    shown = rows_below(seen.page, "Segments as a table", "#csat")
    published = sample.query(
        """
        select
            coalesce(label, segment),
            if(value is null, '', printf('%.1f%%', 100 * value)),
            if(value is null, '', printf('%.1f%%', 100 * ci_low)),
            if(value is null, '', printf('%.1f%%', 100 * ci_high)),
            denominator::bigint::varchar
        from marts.metric_values left join marts.dim_segments using (segment_type, segment)
        where metric = 'csat' and period_grain = 'month' and period_start = '2026-05-01'
            and segment_type = 'channel'
        """
    )
    assert published
    assert sorted(row[:5] for row in shown) == sorted(map(list, published))


def test_a_smaller_segment_and_older_months_come_when_they_are_asked_for(
    settings: Settings, see: See
) -> None:
    plans = [by_plan(f"p{at}", float(at), 100) for at in range(10, 24)]
    older = [by_plan("p23", -8.25, 40, month) for month in ("2021-01-01", "2024-03-01")]
    overall = ("month", "2021-01-01", "all", "all", "nps", 3.25, 1.0, 6.0, 200)
    report = publish_report(settings, [*OVERALL, overall, *plans, *older])
    page = see(report / "loyalty.html").page
    assert page.locator("#switches p").text_content() == (
        "Charts compare the 12 with most values; look at any of 2 others to have it beside them."
    )
    assert page.locator("optgroup[label=Others] option").all_text_contents() == ["p21", "p22"]
    assert len(rows_below(page, "Segments as a table", "#nps")) == 12
    page.select_option("select[name=only]", "p22")
    page.locator("#nps .now", has_text="Plan: p22, 2024 Q1: 22.0").wait_for()
    assert ["p22", "22.0"] in [row[:2] for row in rows_below(page, "Segments as a table", "#nps")]
    page = see(report / "loyalty.html", "#by=plan&only=p23&grain=month&at=2021-01-01").page
    assert "Plan: p23, 2021-01: \N{MINUS SIGN}8.3" in str(
        page.locator("#nps .now").first.text_content()
    )


def test_without_the_folder_beside_it_a_page_says_what_it_lacks(
    settings: Settings, see: See
) -> None:
    plans = [by_plan(f"p{at}", float(at), 100) for at in range(10, 24)]
    report = publish_report(settings, [*OVERALL, *plans])
    alone = settings.home / "alone"
    shutil.copytree(report, alone, ignore=shutil.ignore_patterns("rest"))
    page = see(alone / "loyalty.html", "#by=plan&only=p22").page
    assert "the folder rest, which does not stand beside this page" in str(
        page.locator("#switches p").text_content()
    )


def test_a_page_that_is_open_takes_nothing_of_the_next_publish(
    settings: Settings, see: See
) -> None:
    plans = [by_plan(f"p{at}", float(at), 100) for at in range(10, 24)]
    first = publish_report(settings, [*OVERALL, *plans]).resolve() / "loyalty.html"
    second = publish_report(settings, [], "update marts.metric_values set value = 99")
    shutil.copytree(second, swapped := settings.home / "swapped")
    (swapped / first.name).unlink()
    shutil.copy(first, swapped)
    page = see(swapped / first.name, "#by=plan&only=p22").page
    said = "Since this page was opened there is a newer one: load it again."
    assert said in str(page.locator("#switches p").text_content())
    assert "99" not in str(page.locator("#nps").text_content())


def captions(page: Page) -> list[str]:
    return list(page.locator("figcaption").all_text_contents())


def test_switches_change_all_charts_and_are_shared_by_the_address(
    settings: Settings, see: See
) -> None:
    report = publish_report(settings, [*OVERALL, *PLANS])
    seen = see(report / "loyalty.html")
    page = seen.page
    assert captions(page) == ["By quarter", "By plan, 2024 Q1"]
    before = page.locator(".chart").first.inner_html()

    page.select_option("select[name=only]", "pro")
    draw_all(page)
    assert page.locator(".chart").first.inner_html() != before
    assert page.locator("#nps .now").first.text_content() == (
        "Plan: pro, 2024 Q1: 42.3 (37.3 to 47.3) of 790 responses."
    )
    page.select_option("select[name=grain]", "month")
    draw_all(page)
    assert page.locator("#nps .now").first.text_content() == (
        "Overall, 2024-03: 33.3 (23.5 to 43.8) of 1,324 responses."
    )
    page.select_option("select[name=at]", "2024-02-01")
    assert "21.3 (11.5 to 31.8) of 300" in str(page.locator("#nps .now").first.text_content())

    again = see(report / "loyalty.html", page.evaluate("location.hash")).page
    chosen = "selects => selects.map((select) => select.value)"
    assert again.locator("select").evaluate_all(chosen) == ["plan", "pro", "month", "2024-02-01"]
    again.click("nav a:has-text('What changed')")
    again.wait_for_selector(".tiles li")
    assert again.locator("select").evaluate_all(chosen) == ["plan", "pro", "month", "2024-02-01"]
    assert seen.wrong == []


def test_a_small_segment_is_named_as_such_and_text_from_data_stays_text(
    settings: Settings, see: See
) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'&"
    absurd = (by_plan(name, 10.25, 50) for name in (hostile, "constructor", "", "x" * 4000))
    report = publish_report(settings, [*OVERALL, *PLANS, *absurd])
    seen = see(report / "loyalty.html")
    assert seen.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    chart = seen.page.locator("#nps .chart").nth(1)
    texts = chart.locator("text").all_text_contents()
    assert [text for text in texts if text.startswith("<img src=x")]
    assert {"too few (9)", "constructor", "(no name)"} <= set(texts)
    rows = rows_below(seen.page, "Segments as a table", "#nps")
    assert ["team", "", "", "", "9"] in [row[:5] for row in rows]
    assert hostile in [row[0] for row in rows]
    assert seen.page.locator("img").count() == 0
    assert seen.wrong == []


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("on_target", "● On target"),
        ("at_risk", "▲ At risk"),
        ("off_target", "■ Off target"),
        ("undecided", "◇ Undecided"),
    ],
)
def test_a_tile_shows_the_newest_complete_period_and_its_target(
    settings: Settings, see: See, status: str, shown: str
) -> None:
    target = f"update marts.metric_values set target = 40, status = '{status}'"
    page = see(publish_report(settings, OVERALL, target) / "index.html").page
    texts = " ".join(str(page.locator(".topics > div").inner_text()).split())
    assert texts == (
        f"Loyalty NPS overall, 2024 Q1 27.3 21.5 to 32.8 2,000 responses {shown} (target 40.0)"
    )
    absent = str(page.locator(".topics > p").text_content())
    assert absent.startswith("Without data, and so not here: CSAT,")


def test_without_any_value_a_page_says_which_files_would_fill_it(
    settings: Settings, see: See
) -> None:
    seen = see(publish_report(settings, []) / "loyalty.html")
    files = "survey/responses and crm/accounts; not there yet: crm/accounts"
    note = f"Nothing yet: it comes with files of {files}."
    assert seen.page.locator("#nps .note").text_content() == note
    assert not seen.page.locator("#switches").is_visible()
    assert "crm/accounts: empty" in str(seen.page.locator(".fresh").text_content())
    assert seen.wrong == []


BACKTEST = """
    create table marts.customer_health_backtest (
        as_of date, customer_kind varchar, band varchar, customers bigint, churned bigint,
        predicted_rate double, observed_rate double, observed_rate_ci_low double,
        observed_rate_ci_high double, lift double, auc double, auc_ci_low double,
        auc_ci_high double, brier double, brier_base double, verdict varchar
    );
    insert into marts.customer_health_backtest by name
    select * from (values
        ('2026-01-01', 'subscriber', 'all', 50, 0.9, 0.8, 1.0, 'does_not_predict'),
        ('2026-04-01', 'subscriber', 'poor', 9, null, null, null, null),
        ('2026-04-01', 'subscriber', 'all', 89, 0.625, 0.55, 0.7, 'predicts'),
        ('2026-04-01', 'buyer', 'all', 9, null, null, null, 'too_few')
    ) as tested(as_of, customer_kind, band, customers, auc, auc_ci_low, auc_ci_high, verdict)
"""


def test_a_health_says_whether_it_predicts_as_of_its_newest_test(
    settings: Settings, see: See
) -> None:
    page = see(publish_report(settings, [], BACKTEST) / "calling.html").page
    card = page.locator("section", has_text="Does the health tell who leaves?")
    assert card.locator(".now").text_content() == (
        "The health of subscribers predicts who leaves: of one who left and one who stayed, the one"
        " who left had the lower health in 62.5% of pairs (55.0% to 70.0%; chance is 50.0%)."
        " Whether the health of buyers predicts who leaves is not known: too few of 9 left or"
        " stayed."
    )
