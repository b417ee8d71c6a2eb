"""Whatever file systems allow as a name, each row that was written is loaded, from its own file."""

import os
import shutil
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.contract import source_tables
from orchestration.loading.load import load_table
from orchestration.reading.overlooked import overlooked
from tests.answers import FORMATS, one_answer

TABLE = next(t for t in source_tables() if t.full_name == "raw_survey.responses")
# One of each format; the row says in which format, so that files differ.
CONTENTS = {format_: one_answer(format_, f"from {format_}") for format_ in FORMATS}
NO_TEXT = "the name is not UTF-8; rename the file"

# Pieces that mean something to DuckDB, a shell, or an encoding; words; and any byte.
PIECES = [b"*", b"**", b"?", b"[", b"]", b"[a-b]", b"[!a]", b"{a,b}", b"a", b"b", b"A", b"1", b"\\"]
PIECES += [b"=", b"score=3", b"filename=3", b"dt=2026-01-05", b"2026-01-05", b"0000-00-00", b"~"]
PIECES += [b" ", b"\n", b"'", b'"', b"#", b"%", b"$", b";", b"--", b":", b"s3:", b"file:", b".csv"]
PIECES += [b"\xc3\xbc", b"u\xcc\x88", b"\xe2\x80\xae", b"\xf0\x9f\x98\x80", b"x" * 60]
piece = st.sampled_from(PIECES) | st.characters(exclude_characters="/\0", codec="utf-8").map(
    str.encode
)
no_text = st.binary(min_size=1, max_size=3).filter(lambda name: not {0, ord("/")} & {*name})
words = st.lists(piece, min_size=1, max_size=4)
pieces = words | st.lists(piece | no_text, min_size=1, max_size=2)
name = pieces.map(b"".join).filter(lambda name: name not in (b".", b"..") and len(name) < 240)
# A name that begins with a dot or an underscore is meant to be left alone.
stem = name.filter(lambda name: not name.startswith((b".", b"_")))
path = st.builds(
    lambda folders, stem: b"/".join([*folders, stem]), st.lists(stem, max_size=3), stem
)
zones = st.dictionaries(path, st.sampled_from(FORMATS), min_size=1, max_size=8)


# DuckDB takes what follows a question mark for options of the database that it opens.
homes = name.filter(lambda name: is_text(name) and b"?" not in name)


def is_text(path: bytes) -> bool:
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True


def written(zone: Path, files: dict[bytes, str]) -> dict[bytes, str]:
    """Write files below a folder; give those whose names were free."""
    here = {}
    for path, format_ in files.items():
        name = path + b"." + format_.encode()
        file = zone / os.fsdecode(name)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("xb") as new:
                new.write(CONTENTS[format_])
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            continue
        here[name] = format_
    return here


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(homes, zones)
def test_rows_in_raw_are_the_rows_written_whatever_files_are_called(
    tmp_path: Path, above: bytes, files: dict[bytes, str]
) -> None:
    landing = tmp_path / os.fsdecode(above) / "landing"
    here = written(landing / "survey" / "responses", files)
    try:
        with duckdb.connect(landing.parent / "warehouse.duckdb") as connection:
            report = load_table(connection, landing, TABLE)
            query = "select _file, response_id, count(*) from raw_survey.responses group by all"
            loaded = connection.execute(query).fetchall()
        sentences = overlooked(landing)
    finally:
        shutil.rmtree(landing.parent)

    below = "survey/responses/"
    expected = [(below + n.decode(), f"from {f}", 1) for n, f in here.items() if is_text(n)]
    refused = [n.decode(errors="backslashreplace") for n in here if not is_text(n)]
    assert sorted(loaded) == sorted(expected)
    assert len(report.messages) == len(refused)
    assert all(message.endswith(NO_TEXT) for message in report.messages)
    assert sentences == []
