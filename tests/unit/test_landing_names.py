"""Names of files and folders are names: no pattern, no column, no reason to stop a load."""

import os
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.cli.refusals import refusal_table
from orchestration.cli.terminal import console
from orchestration.contract import source_tables
from orchestration.loading.load import LoadReport, load_table
from orchestration.reading.landing_zone import LandingFile
from orchestration.reading.overlooked import overlooked
from tests.answers import FORMATS, one_answer

pytestmark = pytest.mark.slow

TABLE = next(t for t in source_tables() if t.full_name == "raw_survey.responses")
Loaded = dict[str, tuple[str, float]]


def land(landing: Path, name: str | bytes, content: bytes) -> None:
    file = landing / "survey" / "responses" / os.fsdecode(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def load(landing: Path, warehouse: str | Path = ":memory:") -> tuple[LoadReport, Loaded]:
    """Load the answers that landed; give id and score that each file gave."""
    with duckdb.connect(warehouse) as connection:
        report = load_table(connection, landing.resolve(), TABLE)
        query = "select _file, response_id, score::double from raw_survey.responses"
        rows = connection.execute(query).fetchall()
    assert len({file for file, *_ in rows}) == len(rows) == report.rows_loaded
    prefix = "survey/responses/"
    return report, {file.removeprefix(prefix): (answer, score) for file, answer, score in rows}


PATTERNS = ["a[1]", "a1", "*", "?", "b", "[!b]", "a?", "{a,b}", "**/c", "d/c", "[a-z]/c", "a\\*"]
COLUMNS = ["score=3/a", "dt=2026-01-05/a", "filename=3/a", "_path=x/a", "c0=1/a", "response_id=9/a"]
ODD = [" a", "~", "~/a", "s3:/a", "file:/a", "it's", '"', "a\\nb", "#", "%41", "A", "ü", "u\u0308"]
LONG = ["x" * 240, "/".join(["y" * 200] * 5)]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_name_means_nothing_but_itself(format_: str, tmp_path: Path) -> None:
    names = [f"{name}.{format_}" for name in [*PATTERNS, *COLUMNS, *ODD, "a\nb", *LONG]]
    for number, name in enumerate(names):
        land(tmp_path, name, one_answer(format_, f"r{number}", str(number % 11)))

    report, loaded = load(tmp_path)

    assert report.messages == ()
    assert loaded == {name: (f"r{place}", place % 11) for place, name in enumerate(names)}


@pytest.mark.parametrize("folder", ["[p]", "**", "env=prod", "filename=3", "a\\b[c]"])
def test_a_landing_zone_and_a_home_may_lie_below_any_folder(folder: str, tmp_path: Path) -> None:
    for place in (folder, "p", "x", "env=test"):
        home = tmp_path / place / "home"
        for format_ in FORMATS:
            land(home / "landing", f"a.{format_}", one_answer(format_, f"{len(place)}"))
        report, loaded = load(home / "landing", home / "warehouse.duckdb")
        assert report.messages == ()
        assert loaded == {f"a.{format_}": (str(len(place)), 9) for format_ in FORMATS}
        assert [path.name for path in home.iterdir()] == ["landing", "warehouse.duckdb"]


def test_a_temporary_folder_may_be_named_like_a_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("a=1", "[t]", "t"):
        temporary = tmp_path / "filename=3" / folder
        temporary.mkdir(parents=True)
        monkeypatch.setattr("tempfile.tempdir", str(temporary))
        land(tmp_path / "landing", "a.csv", one_answer("csv", "r1"))
        assert load(tmp_path / "landing")[1] == {"a.csv": ("r1", 9)}


@pytest.mark.parametrize("name", [b"caf\xe9.csv", b"\xff\xfe.parquet", b"caf\xe9/a.jsonl.zst"])
def test_a_name_that_is_no_text_refuses_its_file_alone(name: bytes, tmp_path: Path) -> None:
    land(tmp_path, name, one_answer(os.fsdecode(name).partition(".")[2], "r1"))
    land(tmp_path, "2026-01-02.csv", one_answer("csv", "r2"))

    report, loaded = load(tmp_path, tmp_path / "warehouse.duckdb")
    again, _ = load(tmp_path, tmp_path / "again.duckdb")

    escaped = name.decode(errors="backslashreplace")
    message = f"survey/responses/{escaped}: the name is not UTF-8; rename the file"
    assert report.messages == again.messages == (message,)
    assert loaded == {"2026-01-02.csv": ("r2", 9)}
    with duckdb.connect(tmp_path / "warehouse.duckdb") as connection:
        console().print(refusal_table(connection, [TABLE]))


def test_a_name_with_line_ends_is_one_line_of_a_message(tmp_path: Path) -> None:
    land(tmp_path, "two\nlines\x1b.csv", b"no_key\n")
    [message] = load(tmp_path)[0].messages
    assert message.startswith("survey/responses/two\ufffdlines\ufffd.csv: the key column")


def test_what_a_killed_run_left_unpacked_is_removed(tmp_path: Path) -> None:
    leftover = tmp_path / "warehouse.duckdb.reading-killed"
    leftover.mkdir()
    (leftover / "0.csv").write_text("personal")
    load(tmp_path / "landing", tmp_path / "warehouse.duckdb")
    assert not leftover.exists()


ELSEWHERE = "files are read from <source>/<table>/."
LEADS_OUT = "it is a link that leads out of it, or to nothing."


def test_whatever_is_not_read_is_named_with_the_reason(tmp_path: Path) -> None:
    landing, outside = tmp_path / "landing", tmp_path / "outside"
    for name in (
        "loose.csv",
        "survey/responses.csv",
        "survey/notes.txt",
        "Survey/Responses/a.csv",
        "survey/respones/a.csv",
        "survey/respones/b.csv",
        "shop/visits/2026/a.csv",
        "moved/a.csv",
        "survey/responses/a.csv",
        "survey/responses/2026/.b.csv",
    ):
        (landing / name).parent.mkdir(parents=True, exist_ok=True)
        (landing / name).write_bytes(one_answer("csv", "r1"))
    shutil.copytree(landing / "moved", outside)
    (landing / "crm").mkdir()
    (landing / "crm" / "customers").symlink_to(outside)
    (landing / "voice").symlink_to(outside)
    (landing / "survey" / "invitations").symlink_to(landing / "moved")
    (landing / "survey" / "responses" / "2025").symlink_to(landing / "moved")
    (landing / "survey" / "responses" / "out.csv").symlink_to(outside / "a.csv")
    (landing / "survey" / "responses" / "gone.csv").symlink_to(landing / "gone.csv")
    (landing / "survey" / "responses" / "in.csv").symlink_to(landing / "moved" / "a.csv")
    os.mkfifo(landing / "survey" / "responses" / "pipe.csv")
    land(landing, b"caf\xe9", b"")

    said = [sentence.removeprefix("Nothing reads the ") for sentence in overlooked(landing)]

    of_zone = "of the landing zone:"
    assert sorted(said) == sorted(
        [
            f"file loose.csv {of_zone} {ELSEWHERE}",
            f"file survey/responses.csv {of_zone} {ELSEWHERE}",
            f"file survey/notes.txt {of_zone} {ELSEWHERE}",
            f"file moved/a.csv {of_zone} {ELSEWHERE}",
            f"folder Survey/Responses {of_zone} no source has such a table; "
            "did you mean survey/responses?",
            f"folder survey/respones {of_zone} no source has such a table; "
            "did you mean survey/responses?",
            f"folder shop/visits {of_zone} no source has such a table.",
            f"folder crm/customers {of_zone} {LEADS_OUT}",
            f"folder voice {of_zone} {LEADS_OUT}",
            f"folder survey/responses/2025 {of_zone} it is a link; put there what it leads to.",
            f"file survey/responses/out.csv {of_zone} {LEADS_OUT}",
            f"file survey/responses/gone.csv {of_zone} {LEADS_OUT}",
            f"file survey/responses/pipe.csv {of_zone} it is no regular file.",
        ]
    )


# What tools keep of a file until it is whole.
PARTS = [
    f"survey/responses/{folder}/2026-01-02.csv"
    for folder in (".rsync-partial", "_temporary/0", ".ipynb_checkpoints", "2026/_delta_log")
]


def test_what_lies_in_a_hidden_folder_is_not_loaded(tmp_path: Path) -> None:
    for number, name in enumerate([*PARTS, "survey/responses/2026-01-02.csv"]):
        land(tmp_path, name.removeprefix("survey/responses/"), one_answer("csv", f"r{number}", "9"))
    report, loaded = load(tmp_path)
    assert report.messages == ()
    assert loaded == {"2026-01-02.csv": (f"r{len(PARTS)}", 9)}


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2026-01-02.csv", date(2026, 1, 2)),
        ("from2026-01-02T03.csv", date(2026, 1, 2)),
        ("2026-13-01/2026-01-02.csv", date(2026, 1, 2)),
        ("2026-01-2026-03.csv", None),
        ("export-4711-10-20250.csv", None),
        ("20260-01-02.csv", None),
    ],
)
def test_a_landing_date_is_no_part_of_longer_digits(name: str, day: date | None) -> None:
    assert LandingFile(Path(name), f"survey/responses/{name}").landing_date == day


def test_empty_folders_and_hidden_files_are_not_spoken_of(tmp_path: Path) -> None:
    (tmp_path / "shop" / "visits").mkdir(parents=True)
    for name in (
        "README.md",
        "truth.json",
        ".x.csv",
        "survey/.x",
        "_tmp/a/b.csv",
        "shop/_a/.b",
        *PARTS,
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert overlooked(tmp_path) == []
    assert overlooked(tmp_path / "none") == []
