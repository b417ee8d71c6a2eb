"""Landing files as DuckDB reads and writes them, each format by its own reader."""

from pathlib import Path

from orchestration.sql import literal

_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


def format_of(file: Path) -> str:
    """csv, jsonl or parquet, whatever it is packed with."""
    return next(suffix[1:] for suffix in file.suffixes if suffix not in _COMPRESSIONS)


def as_they_stand(file: Path) -> str:
    """SQL that reads a file without a type, so that what is written again is what stood there."""
    name = literal(str(file))
    return {
        "csv": f"read_csv({name}, all_varchar = true, header = true, delim = ',', quote = '\"')",
        "jsonl": f"read_ndjson_objects({name})",
        "parquet": f"read_parquet({name})",
    }[format_of(file)]


def instant_of(file: Path, column: str) -> str:
    """SQL for the instant in a column of such rows."""
    value = f"json ->> {literal(column)}" if format_of(file) == "jsonl" else column
    return f"try_cast({value} as timestamp)"


def write_options(file: Path) -> str:
    """Options of COPY for a file of this name; lines of JSON are written as they are."""
    options = {
        "csv": "format csv, header",
        "jsonl": r"format csv, header false, quote '', escape '', delimiter e'\x07'",
        "parquet": "format parquet",
    }[format_of(file)]
    packed = _COMPRESSIONS.get(file.suffix)
    return f"{options}, compression {packed}" if packed else options
