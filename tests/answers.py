"""Files of one answer each, in any format."""

import gzip
import json
import tempfile
from pathlib import Path

import duckdb
import zstandard

FORMATS = ("csv", "jsonl", "parquet", "csv.gz", "jsonl.zst", "parquet.gz")


def one_answer(format_: str, response_id: str, score: str = "9") -> bytes:
    """A file of raw_survey.responses with one row; ids are words without quotes."""
    row = {
        "response_id": response_id,
        "instrument_id": "nps",
        "responded_at": "2026-01-02",
        "score": score,
    }
    plain, _, packing = format_.partition(".")
    if plain == "csv":
        data = f"{','.join(row)}\n{','.join(row.values())}\n".encode()
    elif plain == "jsonl":
        data = json.dumps(row).encode()
    else:
        data = _parquet(row)
    if packing == "gz":
        return gzip.compress(data)
    return bytes(zstandard.compress(data)) if packing else data


def _parquet(row: dict[str, str]) -> bytes:
    columns = ", ".join(f"'{value}' as {name}" for name, value in row.items())
    with tempfile.NamedTemporaryFile() as file, duckdb.connect() as connection:
        connection.sql(f"select {columns}").write_parquet(file.name)
        return Path(file.name).read_bytes()
