"""`cx check`: what would be loaded of a file, and nothing is."""

import gzip
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from orchestration.cli.app import app

HEADER = "response_id,instrument_id,responded_at,score\n"
ROWS = "a,nps,2026-01-02,9\nb,nps,2026-01-03,10\nc,nps,2026-01-03,8\nd,nps,yesterday,7\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is not there, and stays so."""
    monkeypatch.setenv("CX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


def written(folder: Path, name: str, content: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def check(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", str(file), *arguments])


def test_rows_that_would_be_refused_are_told_by_rule_and_nothing_is_loaded(
    tmp_path: Path, home: Path
) -> None:
    file = written(tmp_path, "landing/survey/responses/2026-01-05.csv", HEADER + ROWS)
    shown = check(file)
    assert shown.exit_code == 0
    assert "3 of 4 rows would be loaded as raw_survey.responses." in shown.output
    assert "responded_at: yesterday is not a timestamp" in shown.output
    assert not home.exists()


def test_a_file_that_lies_anywhere_is_for_the_table_that_is_named(tmp_path: Path) -> None:
    file = tmp_path / "export [1]; x.csv.gz"
    file.write_bytes(gzip.compress((HEADER + ROWS).encode()))
    assert "3 of 4 rows would be loaded" in check(file, "--as", "survey/responses").output
    link = tmp_path / "link.csv"
    link.symlink_to(written(tmp_path, "elsewhere.csv", HEADER + ROWS))
    assert "3 of 4 rows would be loaded" in check(link, "--as", "survey/responses").output


def test_unknown_columns_are_told_with_those_that_may_be_meant(tmp_path: Path) -> None:
    content = HEADER.replace("score", "Scor,mood") + "a,nps,2026-01-02,9,good\n"
    shown = check(written(tmp_path, "x.csv", content), "--as", "survey/responses")
    assert "does not know, kept in _extra: Scor (is it score?), mood." in shown.output
    assert "that the file lacks: customer_id, score, " in shown.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n1,2\n", "the key column response_id is missing"),
        (HEADER + "a,nps,yesterday,9\nb,nps,tomorrow,9\nc,nps,2026-01-02,9\n", "held back"),
        ("", "would stay outside"),
    ],
)
def test_a_file_that_would_stay_outside_ends_with_exit_code_1(
    tmp_path: Path, content: str, said: str
) -> None:
    shown = check(written(tmp_path, "x.csv", content), "--as", "survey/responses")
    assert shown.exit_code == 1
    assert said in shown.output and "The whole file would stay outside." in shown.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say with --as which table it is for: there are crm/customers"),
        (["--as", "survey/respones"], "did you mean survey/responses"),
    ],
)
def test_a_table_that_is_not_known_is_asked_for(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    shown = check(written(tmp_path, "x.csv", HEADER), *arguments)
    assert shown.exit_code == 2 and said in shown.output


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    shown = check(tmp_path / "none.csv", "--as", "survey/responses")
    assert shown.exit_code == 2 and "There is no file" in shown.output


def test_a_competitor_may_not_be_called_as_we_are(tmp_path: Path) -> None:
    content = "mention_id,brand,platform,posted_at\na, (own),x,2026-01-02\nb,Own,x,2026-01-02\n"
    shown = check(written(tmp_path, "x.csv", content), "--as", "voice/competitor_mentions")
    assert "1 of 2 rows would be loaded" in shown.output
    assert "(own) are we, whose mentions land as voice/mentions" in shown.output
