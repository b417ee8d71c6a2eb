"""What the pages of the report hold, and when there is none. How they look: tests/browser."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orchestration.publishing.publish import publish
from orchestration.publishing.swap import roll_back
from orchestration.reporting import ReportError, add_report, bundle, require_report
from orchestration.reporting.declared import FOLDER, KINDS, Chart, pages
from orchestration.settings import PROJECT_ROOT, Settings
from orchestration.warehouse import connect
from orchestration.yaml_text import read_yaml
from tests.reported import (
    OVERALL,
    PLANS,
    Value,
    by_plan,
    data_of,
    home_with_marts,
    publish_report,
    rows_of,
)

pytestmark = pytest.mark.slow

SHAPE = ("period_grain", "period_start", "segment_type", "segment")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home_with_marts(tmp_path)


def test_values_are_those_of_complete_periods_and_shown_segment_types(settings: Settings) -> None:
    """Files landed up to 10 April 2024: March and the first quarter are over, April is not."""
    hidden = ("quarter", "2024-01-01", "secret", "hidden", "nps", 1.0, 0.0, 2.0, 900)
    report = publish_report(settings, [*OVERALL, *PLANS, hidden])
    for name in ("index", "loyalty"):
        values = data_of(report / f"{name}.html")["values"]["nps"]
        rows = rows_of(values, *SHAPE, "value", "ci_low", "ci_high", "denominator")
        assert sorted(rows, key=str) == [
            ("month", "2024-02-01", "all", "all", 21.25, 11.5, 31.75, 300),
            ("month", "2024-03-01", "all", "all", 33.25, 23.5, 43.75, 1324),
            ("quarter", "2023-10-01", "all", "all", 25.25, 20.5, 30.75, 1800),
            ("quarter", "2024-01-01", "all", "all", 27.25, 21.5, 32.75, 2000),
            ("quarter", "2024-01-01", "plan", "basic", 15.25, 10.25, 20.25, 1200),
            ("quarter", "2024-01-01", "plan", "pro", 42.25, 37.25, 47.25, 790),
            ("quarter", "2024-01-01", "plan", "team", None, None, None, 9),
        ]


def test_charts_compare_twelve_segments_and_a_hundred_can_be_looked_at(settings: Settings) -> None:
    """Of p9 to p112, p20 has two values and the others one; among equals the first by name stay."""
    plans = [by_plan(f"p{at}", float(at), 100, "2024-03-01") for at in range(9, 113)]
    also = by_plan("p20", 20.0, 100, "2024-02-01")
    [plan] = data_of(publish_report(settings, [*plans, also]) / "index.html")["types"]
    by_name = sorted(f"p{at}" for at in range(9, 113) if at != 20)
    assert plan["at_once"] == ["p20", *by_name[:11]]
    assert set(plan["segments"]) == {"p20", *by_name[:99]}
    assert plan["left_out"] == 4


def test_what_does_not_stand_on_a_page_stands_once_in_a_script_beside_it(
    settings: Settings,
) -> None:
    """Files landed up to 10 April 2024: 25 months before are from April 2022 on."""
    months = ("2021-12-01", "2022-03-01", "2022-04-01", "2024-03-01")
    weeks = ("2023-03-27", "2023-04-10", "2024-04-01")
    of_basic = [by_plan("basic", 1.0, 100, month) for month in months]
    by_week = [("week", week, "plan", "basic", "nps", 1.0, 0.0, 2.0, 90) for week in weeks]
    others = [by_plan(f"p{at}", 2.0, 100, "2024-03-01") for at in range(10, 22)]
    report = publish_report(settings, [*OVERALL, *of_basic, *by_week, *others])
    on_page = rows_of(data_of(report / "loyalty.html")["values"]["nps"], *SHAPE)
    [script] = (report / "rest").iterdir()
    assert script.name == "loyalty.0.js"
    told = json.loads(script.read_text().removeprefix("cx.take(").removesuffix(");\n"))
    beside = rows_of(told["values"]["nps"], *SHAPE)
    assert {row[:2] for row in on_page if row[3] == "basic"} == {
        ("month", day) for day in months[2:]
    }
    assert set(beside) == {
        *(("month", month, "plan", "basic") for month in months[:2]),
        *(("week", week, "plan", "basic") for week in weeks[1:]),
        ("month", "2024-03-01", "plan", "p21"),
    }
    assert len(beside) == len(set(beside)) == 5


WAITING = """
    create table marts.follow_ups_open as
    select 'C' || n as customer_id, 'R' || n as response_id, 'nps' as instrument_id, n as mrr,
        3.0 as score, 'app' as touchpoint, timestamp '2024-03-01' as responded_at,
        48.0 as hours_waited, true as is_due
    from range(1, 26) as numbers(n)
"""
NOW_IN = """
    create table marts.dim_customer_segments as
    select 'C' || n as customer_id, 'plan' as segment_type, if(n <= 3, 'basic', 'pro') as segment,
        true as is_current
    from range(1, 26) as numbers(n)
    union all
    select 'C25', 'plan', 'basic', false
"""


def test_a_list_of_customers_has_the_first_of_each_segment_that_they_are_in(
    settings: Settings,
) -> None:
    report = publish_report(settings, PLANS, WAITING, NOW_IN)
    chart, *_ = data_of(report / "calling.html")["charts"]
    rows = rows_of(chart["table"], "segment", "customer_id", "listed_of")
    assert [row for row in rows if row[0] == "all"] == [
        ("all", f"C{n}", 25) for n in range(25, 5, -1)
    ]
    assert [row for row in rows if row[0] == "basic"] == [("basic", f"C{n}", 3) for n in (3, 2, 1)]
    assert [row for row in rows if row[0] == "pro"] == [
        ("pro", f"C{n}", 22) for n in range(25, 5, -1)
    ]


def test_segments_stand_in_the_order_of_the_registry_or_of_their_numbers(
    settings: Settings,
) -> None:
    def valued(segment_type: str, *segments: str) -> list[Value]:
        return [("all", None, segment_type, name, "nps", 1.0, 0.0, 2.0, 50) for name in segments]

    report = publish_report(
        settings,
        [
            *valued("plan", "unknown", "large", "other", "small"),
            *valued("age", "unknown", "100+", "18-24", "5-17"),
            *valued("town", "Zug", "Bern"),
        ],
        "insert into marts.dim_segment_types values ('age', 'Age', true), ('town', 'Town', true)",
        """
        create table marts.dim_segments as from (values
            ('plan', 'large', 2, 'Large'), ('plan', 'small', 1, 'Small'), ('town', 'Zug', null, 'Z')
        ) as known(segment_type, segment, place, label)
        """,
    )
    plan, age, town = data_of(report / "loyalty.html")["types"]
    assert (plan["segments"], plan["is_ordered"]) == (["small", "large", "other", "unknown"], True)
    assert plan["labels"] == {"small": "Small", "large": "Large"}
    assert (age["segments"], age["is_ordered"]) == (["5-17", "18-24", "100+", "unknown"], True)
    assert (town["segments"], town["is_ordered"]) == (["Bern", "Zug"], False)
    assert town["labels"] == {"Zug": "Z"}


def test_what_is_on_the_report_in_which_words_is_what_the_registry_says(
    settings: Settings,
) -> None:
    """A metric that no topic names is on the first page, and on one for those."""
    first_reply = ("month", "2024-03-01", "all", "all", "one_touch_rate", 0.5, 0.4, 0.6, 70)
    report = publish_report(
        settings,
        [*OVERALL, first_reply],
        """
        update marts.dim_metrics set label = 'Promoters <less> detractors', format = '.3f'
        where metric = 'nps'
        """,
        "update marts.dim_metrics set report_order = 5 where metric = 'one_touch_rate'",
        "update marts.dim_metrics set report_order = null where metric = 'csat'",
    )
    first, more = (data_of(report / f"{name}.html") for name in ("index", "more"))
    assert first["metrics"]["nps"]["label"] == "Promoters <less> detractors"
    assert first["metrics"]["nps"]["format"] == ".3f"
    assert first["metrics_here"][:2] == ["one_touch_rate", "nps"]
    assert "csat" not in first["metrics_here"]
    assert more["metrics_here"] == ["one_touch_rate"]
    assert first["pages"]["one_touch_rate"] == "more"
    assert 'href="more.html"' in (report / "loyalty.html").read_text()


def test_text_from_data_ends_no_script_and_has_no_sign_that_a_page_may_not_hold(
    settings: Settings,
) -> None:
    """XML 1.0, section 2.2: Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | ..."""
    hostile = "</script><script>alert(1)</script><!-- & \u2028 \x07\uffff"
    odd = ("month", "2024-03-01", "all", "all", "nps", float("nan"), float("-inf"), 3.0, 70)
    label = (
        "update marts.dim_segment_types set label = 'Pl\x1ban\u00a0€' where segment_type = 'plan'"
    )
    page = publish_report(settings, [odd, by_plan(hostile, 10.0, 50)], label) / "loyalty.html"
    assert "alert(1)</script>" not in page.read_text()
    [plan] = data_of(page)["types"]
    assert plan["segments"] == ["</script><script>alert(1)</script><!-- & \ufffd \ufffd\ufffd"]
    assert plan["label"] == "Pl\ufffdan\u00a0€"
    values = rows_of(data_of(page)["values"]["nps"], "period_grain", "value", "ci_low", "ci_high")
    assert ("month", None, None, 3.0) in values


def test_pages_need_nothing_but_their_folder_and_name_marts_that_are_not_published(
    settings: Settings,
) -> None:
    report = publish_report(settings, OVERALL)
    for page in report.glob("*.html"):
        shell = re.sub(r"<script type.*?</script>", "", page.read_text(), flags=re.DOTALL)
        for link in re.findall(r'(?:src|href)="([^"#]+)"', shell):
            assert (report / link).exists(), link
    assert not (report / "more.html").exists(), "metrics of the registry without a topic"
    charts = data_of(report / "loyalty.html")["charts"]
    assert charts[0]["table"]["missing"] == "marts.nps_by_segment"


def test_a_column_that_is_not_published_is_named_and_the_report_stands(settings: Settings) -> None:
    mart = "create table marts.nps_by_segment as select 'all' as segment_type, 'all' as segment"
    charts = data_of(publish_report(settings, OVERALL, mart) / "loyalty.html")["charts"]
    missing = charts[0]["table"]["missing"]
    assert missing.startswith("marts.nps_by_segment, ") and "responses" in missing


def test_the_newest_version_of_a_question_is_the_highest_number(settings: Settings) -> None:
    mart = """
        create table marts.score_precision as
        select 'all' as period_grain, null::date as period_start, 'all' as segment_type,
            'all' as segment, 'ces_easy_rate' as metric, 0.5 as score, 0.5 as control_centre,
            0.4 as control_low, 0.6 as control_high, 'none' as control_signal,
            false as is_control_provisional, *
        from (values ('2.0', 20), ('10.0', 10)) as told(instrument_version, n)
    """
    charts = data_of(publish_report(settings, OVERALL, mart) / "sure.html")["charts"]
    assert rows_of(charts[2]["table"], "score", "n") == [(0.5, 10)]


def test_changes_are_of_the_whole_of_segments_that_stand_out_and_of_all_lately(
    settings: Settings,
) -> None:
    report = publish_report(
        settings,
        PLANS,
        """
        create table marts.change_explained (
            metric varchar, instrument_version varchar, period_grain varchar, period_start date,
            segment_type varchar, segment varchar, whole_change double, value_before double,
            value_after double, rate double, rate_se double, p double, rank integer,
            sentence varchar
        );
        insert into marts.change_explained by name
        select 'nps' as metric, 'month' as period_grain, * from (values
            (date '2024-04-01', 'all', 'all', null, 'NPS of a running month'),
            (date '2024-03-01', 'all', 'all', 0.03, 'NPS <rose>'),
            (date '2024-03-01', 'plan', 'pro', 0.9, 'pro as before'),
            (date '2023-03-01', 'plan', 'basic', 0.01, 'basic answered better'),
            (date '2023-03-01', 'plan', 'pro', 0.9, 'pro as before, long ago'),
            (date '2024-03-01', 'plan', 'nobody', 0.01, 'a segment that is not shown')
        ) as moved(period_start, segment_type, segment, p, sentence)
        """,
    )
    moved = data_of(report / "index.html")["charts"][0]["table"]
    assert sorted(rows_of(moved, "segment", "p", "sentence")) == [
        ("all", 0.03, "NPS <rose>"),
        ("basic", 0.01, "basic answered better"),
        ("pro", 0.9, "pro as before"),
    ]


# What pages declare.

COLUMNS_OF_PUBLISH = {"publish_info", "data_quality"}


@cache
def contracts() -> dict[str, set[str]]:
    """Columns of each mart, as its contract has them."""
    files = (PROJECT_ROOT / "dbt_project" / "models" / "marts").rglob("*.yml")
    marts = [mart for file in files for mart in read_yaml(file.read_text())["models"]]
    return {mart["name"]: {column["name"] for column in mart["columns"]} for mart in marts}


@pytest.mark.parametrize(
    ("page", "chart"),
    [(page.name, chart) for page in pages() for chart in page.charts],
    ids=lambda told: told.title if isinstance(told, Chart) else told,
)
def test_charts_name_what_is_published_and_forms_that_there_are(page: str, chart: Chart) -> None:
    known = contracts()
    if chart.source:
        schema, mart = chart.source.split(".")
        assert schema == "marts"
        assert mart in COLUMNS_OF_PUBLISH or set(chart.columns) <= known[mart]
    told = {name for said in chart.sentences.values() for name in re.findall(r"{(\w+)}", said)}
    assert told <= set(chart.columns)
    metrics = {row.split(",")[0] for row in (PROJECT_ROOT / "seeds" / "metrics.csv").open()}
    assert set(chart.columns.values()) <= {*KINDS, *metrics}
    scripts = "".join(file.read_text() for file in (FOLDER.parent / "assets").glob("*.js"))
    assert f"cx.forms.{chart.form} = " in scripts
    drawn = {name for role in chart.roles.values() for name in role.split()}
    assert drawn & set(chart.columns) or not chart.roles


def test_metrics_of_pages_are_in_the_registry() -> None:
    named = {metric for page in pages() for metric in page.metrics}
    assert named <= {row.split(",")[0] for row in (PROJECT_ROOT / "seeds" / "metrics.csv").open()}


# The report and its publish.


def reports(settings: Settings) -> Any:
    return data_of(settings.published_dir / "report" / "index.html")["publish"]["id"]


def test_the_report_stands_with_its_publish_is_swapped_with_it_and_rolled_back(
    settings: Settings,
) -> None:
    publish_report(settings, OVERALL)
    first = (settings.published_dir / "latest").resolve()
    publish_report(settings, PLANS)
    second = (settings.published_dir / "latest").resolve()
    assert reports(settings) == second.name != first.name
    assert data_of(first / "report" / "index.html")["publish"]["id"] == first.name
    assert not list(settings.published_dir.rglob(".*"))
    roll_back(settings)
    assert reports(settings) == first.name


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
    settings: Settings,
) -> None:
    publish_report(settings, OVERALL)
    with connect(settings) as warehouse:
        warehouse.execute("alter table marts.metric_values rename to something_else")
    assert "Table with name metric_values does not exist" in without_report(settings)
    with pytest.raises(ReportError, match="metric_values"):
        require_report(settings.published_dir)
    assert not (settings.published_dir / "report").exists()
    assert not list(settings.published_dir.rglob(".*"))


def test_a_publish_without_its_report_has_one_as_soon_as_it_can_be_made(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What aborts while the scripts are bundled ends only itself; the next one finds them kept."""
    bundle.vega()
    monkeypatch.setattr(bundle, "KEPT", tmp_path / "kept")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "vl_convert.py").write_text("import os\nos.abort()\n")
    with monkeypatch.context() as patched:
        patched.setenv("PYTHONPATH", str(broken))
        assert "SIGABRT" in without_report(settings)
    assert not (settings.published_dir / "report").exists()
    monkeypatch.undo()
    made = require_report(settings.published_dir)
    assert made == settings.published_dir / "report" / "index.html"
    assert reports(settings) == (settings.published_dir / "latest").resolve().name
    assert (made.stat().st_mode & 0o777) == 0o400


def test_scripts_are_kept_in_the_home_where_the_environment_is_for_reading_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = bundle.vega()
    (tmp_path / "read_only").touch()
    monkeypatch.setattr(bundle, "KEPT", tmp_path / "read_only" / "share")
    monkeypatch.setenv("CX_HOME", str(tmp_path / "home"))
    assert bundle.vega() == script
    (tmp_path / "vl_convert.py").write_text("raise SystemExit(1)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert bundle.vega() == script


def test_there_is_no_report_before_the_first_publish(settings: Settings) -> None:
    with pytest.raises(FileNotFoundError):
        require_report(settings.published_dir)
