"""What monitoring reads of a home after each run."""

import re
from pathlib import Path

import duckdb
import pytest

from orchestration.cli.alerts import tell
from orchestration.cli.terminal import console
from orchestration.settings import Settings
from tests.unit.published_figures import publish_figures

SAMPLE = re.compile(r'^(\w+)(?:\{(?:source|phase)="((?:[^"\\]|\\.)*)"\})? (\S+)$')


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where metrics are to be written."""
    file = tmp_path / "collected" / "cx.prom"
    file.parent.mkdir()
    monkeypatch.setenv("CX_ALERT_METRICS_FILE", str(file))
    return file


def told(file: Path) -> dict[tuple[str, str | None], float]:
    """Every value, by its name and what it is of; each line is a sample or says what one is."""
    lines = file.read_text().splitlines()
    samples = [SAMPLE.match(line) for line in lines if not line.startswith(("# HELP ", "# TYPE "))]
    return {(found[1], found[2]): float(found[3]) for found in samples if found}


def test_each_run_writes_how_it_ended_and_what_is_published(tmp_path: Path, file: Path) -> None:
    publish_figures(tmp_path)
    source = 'raw_"odd"\\table'
    with duckdb.connect(tmp_path / "published" / "cx.duckdb") as connection:
        connection.execute(
            "insert into marts.publish_info by name select $source as source_table, 'empty' as"
            " freshness, 0 as rows, timestamp '2026-03-01 05:00' as published_at",
            {"source": source},
        )
    tell(Settings(home=tmp_path), console(), ["it broke off", "and so on"], {"gate marts": 1.5})
    found = told(file)
    assert found.pop(("cx_run_ended_timestamp_seconds", None)) > 1_700_000_000
    responses = "raw_survey.responses"
    assert found == {
        ("cx_run_failures", None): 2,
        ("cx_run_phase_seconds", "gate marts"): 1.5,
        ("cx_published_timestamp_seconds", None): 1_772_341_200,  # 2026-03-01 05:00 UTC
        ("cx_source_rows", responses): 300,
        ("cx_source_rows", 'raw_\\"odd\\"\\\\table'): 0,
        ("cx_source_is_fresh", responses): 0,
        ("cx_source_newest_event_timestamp_seconds", responses): 1_772_247_600,
        ("cx_source_files_outside", responses): 1,
        ("cx_source_rows_quarantined", responses): 2,
    }
    assert [path.name for path in file.parent.iterdir()] == ["cx.prom"]


def test_before_the_first_publish_a_run_is_all_that_is_told(tmp_path: Path, file: Path) -> None:
    tell(Settings(home=tmp_path), console(), [], {})
    assert {name for name, _ in told(file)} == {"cx_run_ended_timestamp_seconds", "cx_run_failures"}


def test_a_file_that_cannot_be_written_is_a_warning(
    tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.parent.rmdir()
    tell(Settings(home=tmp_path), console(), [], {})
    assert "no metrics are written" in capsys.readouterr().out
