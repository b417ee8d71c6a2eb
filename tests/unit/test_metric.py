"""`cx metric`: figures with interval and n, for people and for spreadsheets."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from orchestration.cli.app import app
from orchestration.text import without_formula
from tests.unit.published_figures import HOSTILE, publish_figures


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with figures that are published."""
    monkeypatch.setenv("CX_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    publish_figures(tmp_path)
    return tmp_path


def metric(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["metric", *arguments])


def cells(shown: Result) -> list[list[str]]:
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line]


def test_each_line_has_its_interval_and_n() -> None:
    assert cells(metric("nps")) == [
        ["2026-01-01", "all", "20.0", "15.0 to 25.0", "200"],
        ["2026-02-01", "all", "30.0", "25.0 to 35.0", "300"],
    ]
    assert cells(metric("reopen_rate")) == [
        ["2026-02-01", "all", "12.5%", "1.0% to 50.0%", "8"],
    ]


def test_what_is_not_reportable_says_why() -> None:
    assert cells(metric("nps", "--by", "plan"))[0] == [
        *("2026-02-01", HOSTILE, "too few responses", "", "9")
    ]


def test_csv_has_the_numbers_and_no_formula() -> None:
    shown = metric("nps", "--by", "plan", "--csv")
    header, few, pro = csv.reader(shown.output.splitlines())
    assert dict(zip(header, pro, strict=True)) == {
        "metric": "nps",
        "period_start": "2026-02-01",
        "segment_type": "plan",
        "segment": "pro",
        "value": "-12.5",
        "ci_low": "-26.5",
        "ci_high": "1.5",
        "n": "80",
        "is_reportable": "True",
        "missing": "",
    }
    told = dict(zip(header, few, strict=True))
    assert (told["segment"], told["value"], told["missing"]) == (
        *(f"'{HOSTILE}", "", "too few responses"),
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum(a1)", "\t=1", "  =1", "\r=1"])
def test_a_formula_is_told_for_text(text: str) -> None:
    assert without_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "pro", "3-4 orders", "a=1", "'quoted'"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert without_formula(text) == text


def test_all_of_time_and_a_type_with_quotation_marks() -> None:
    shown = cells(metric("nps", "--by", 'it\'s "odd"', "--grain", "all"))
    assert shown == [["all time", "-1", "5.0", "-5.0 to 15.0", "20"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["npss"], "There is no metric npss: did you mean nps"),
        (["reopen"], "There is no metric reopen: did you mean reopen_rate?"),
        (["nps", "--by", "pln"], "There is no segment type of nps pln: did you mean plan?"),
        (["nps", "--grain", "week"], "There is no period grain of nps week: there are all, month."),
    ],
)
def test_unknown_names_are_told_with_those_near(arguments: list[str], said: str) -> None:
    shown = metric(*arguments)
    assert shown.exit_code == 2
    assert said in shown.output


def test_a_metric_without_figures_says_so() -> None:
    assert metric("csat").output == "CSAT has no figures in what is published.\n"


def test_nothing_published_says_what_to_do(home: Path) -> None:
    (home / "published" / "cx.duckdb").unlink()
    shown = metric("nps")
    assert shown.exit_code == 2 and "start with `cx run`" in shown.output
