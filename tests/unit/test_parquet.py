"""Parquet is typed as it is where its types fit, with the result that its text would have, and a
bad file among many is refused alone.
"""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contract import source_tables
from orchestration.loading.ledger import create_tables
from orchestration.loading.load import load_table
from orchestration.settings import Limits

pytestmark = pytest.mark.slow

TABLES = {f"{table.source}/{table.name}": table for table in source_tables()}

# DuckDB's type, values of it
NATIVE = {
    "integer": "-1, 0, 7, 9999, 10000, 2147483647",
    "utinyint": "0, 255",
    "bigint": "9223372036854775807, -9223372036854775808, 9999999999999999",
    "decimal(4,1)": "1.5, -999.9",
    "decimal(6,2)": "9999.99, -0.01",
    "decimal(18,4)": "1.2300, 1.2345, 99999999999999.9999",
    "decimal(38,0)": "99999999999999999999999999999999999999, 12",
    "float": "0, 19.99, 3.4e38, 16777215",
    "double": "-0.0, 29.330000000000002, 19.999, 1e15, 0.125, 1e300",
    "boolean": "true, false",
    "date": "'2026-01-02', '0999-12-31', '9999-12-31', '10000-01-01', 'infinity'",
    "timestamp": "'2026-01-02 03:04:05.123456', '1000-01-01', '0999-12-31 23:59:59.999999', "
    "'9999-12-31 23:59:59.999999', '10000-01-01', 'infinity', '-infinity', '0044-03-15 (BC)'",
    "timestamp_s": "'2026-01-02 03:04:05', '2026-01-02'",
    "timestamp_ms": "'2026-01-02 03:04:05.123'",
    "timestamp_ns": "'2026-01-02 03:04:05.123456789'",
    "timestamptz": "'2026-01-02 03:04:05+05:30', '0999-12-31 23:59:59+00', "
    "'9999-12-31 23:59:59+00', '10000-01-01 00:00:00+00', 'infinity'",
    "time": "'12:34:56'",
    "integer[]": "[1, 2], []",
}
# As texts, and so as ids, these are judged otherwise than their text.
NO_TEXTS = {"float": "'nan', 'inf', 16777217", "double": "'nan', '-inf'"}
TEXTS = {"comment", "customer_id"}
# A column of each type of the contract, and the columns without which a row is refused.
COLUMNS = {
    "survey/responses": ("responded_at", "score", "comment", "customer_id"),
    "survey/invitations": ("bounced",),
    "orders/items": ("line_number", "quantity"),
    "experiments/experiments": ("starts_on",),
}
SOUND = {
    "survey/responses": {
        "response_id": "'r' || n",
        "instrument_id": "'nps'",
        "responded_at": "timestamp '2026-01-02'",
    },
    "survey/invitations": {
        "invitation_id": "'i' || n",
        "instrument_id": "'nps'",
        "customer_id": "'c'",
        "sent_at": "timestamp '2026-01-02'",
    },
    "orders/items": {
        "order_id": "'o' || n",
        "line_number": "1",
        "product_id": "'p'",
        "quantity": "1",
        "unit_price": "1",
    },
    "experiments/experiments": {"experiment_id": "'e' || n"},
}


def write(file: Path, select: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.sql(select).write_parquet(str(file))


def loaded(landing: Path, path: str) -> tuple[list[Any], list[Any]]:
    """Values that were loaded, and rules and messages of the rows that were not."""
    table = TABLES[path]
    columns = ", ".join(column.name for column in table.columns)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        create_tables(connection, table)
        report = load_table(connection, landing, table, limits=Limits(max_refused_share=1))
        assert [text for text in report.messages if "held back" not in text] == []
        raw = f"select {columns}, _extra, _row_hash from {table.full_name} order by all"
        refused = f"""
            select rule, message from quarantine.{table.source}__{table.name} order by all
        """
        return connection.execute(raw).fetchall(), connection.execute(refused).fetchall()


@pytest.mark.parametrize("path", COLUMNS)
@pytest.mark.parametrize("kind", NATIVE)
def test_a_value_of_parquet_becomes_what_its_text_becomes(
    kind: str, path: str, tmp_path: Path
) -> None:
    for column in COLUMNS[path]:
        outcomes = []
        has_more = kind in NO_TEXTS and column not in TEXTS
        values = ", ".join([NATIVE[kind], *([NO_TEXTS[kind]] if has_more else [])])
        values = f"select unnest([{values}]::{kind}[]) as v union all select null"
        for name, value in (("native", "v"), ("text", _text(kind))):
            columns = SOUND[path] | {column: value}
            selected = ", ".join(f"{sql} as {name_}" for name_, sql in columns.items())
            landing = tmp_path / name / column
            rows = f"(select v, row_number() over () as n from ({values}))"
            write(landing / path / "2026-01-02.parquet", f"select {selected} from {rows}")
            outcomes.append(loaded(landing, path))
        assert outcomes[0] == outcomes[1]


def _text(kind: str) -> str:
    """SQL for the text of a value; numbers without a fraction are written without a point."""
    if kind in ("double", "float"):
        rounded = 2**53 if kind == "double" else 2**24
        whole = f"v = trunc(v) and abs(v) < {rounded}"
        return f"if({whole}, cast(try_cast(v as bigint) as text), cast(v as text))"
    return "cast(to_json(v) as text)" if kind.endswith("]") else "cast(v as text)"


def test_bad_files_among_many_are_refused_alone(tmp_path: Path) -> None:
    folder = tmp_path / "survey" / "responses"
    answer = "select 'r{0}' as response_id, 'nps' as instrument_id, {1} as responded_at, {2}"
    times = ("'2026-01-02'", "timestamp '2026-01-02'", "date '2026-01-02'")
    for number in range(40):
        more = "'x' as comment" if number % 2 else "9 as score"
        write(folder / f"{number:02}.parquet", answer.format(number, times[number % 3], more))
    sound = (folder / "03.parquet").read_bytes()
    (folder / "03.parquet").write_bytes(sound[: len(sound) // 2])
    (folder / "17.parquet").write_bytes(b"")
    write(folder / "25.parquet", "select 'r' as response_iX")
    with duckdb.connect() as connection:
        messages = load_table(connection, tmp_path, TABLES["survey/responses"]).messages
        query = "select count(*), count(distinct _file) from raw_survey.responses"
        assert connection.execute(query).fetchall() == [(37, 37)]
    unsound = "the file is not sound Parquet; write it again"
    missing = "the key column response_id is missing; found: response_iX"
    assert messages == (
        f"survey/responses/03.parquet: {unsound}",
        f"survey/responses/17.parquet: {unsound}",
        f"survey/responses/25.parquet: {missing}",
    )


def test_a_byte_of_a_footer_that_breaks_a_database_refuses_its_file_alone(tmp_path: Path) -> None:
    """Each byte of a footer changed in a file of its own, all in one load."""
    folder = tmp_path / "survey" / "responses"
    query = "select 'r' as response_id, 'nps' as instrument_id, '2026-01-02' as responded_at"
    write(folder / "sound.parquet", query)
    content = (folder / "sound.parquet").read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    for place in range(footer, len(content)):
        changed = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        (folder / f"{place}.parquet").write_bytes(changed)
    with duckdb.connect() as connection:
        report = load_table(connection, tmp_path, TABLES["survey/responses"])
        query = "select count(*) from raw_survey.responses where _file like '%sound.parquet'"
        assert connection.execute(query).fetchall() == [(1,)]
    assert report.files_loaded + report.files_refused == len(content) - footer + 1
