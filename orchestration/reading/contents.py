"""What a file holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Content:
    """Rows of a file, its column names, and whether DuckDB might lose some of its rows.

    Rows are records below the header (CSV), lines that are not blank (JSONL), or what the footer
    says (Parquet). Columns of Parquet have types of their own, the others are texts. Columns of CSV
    are separated by commas, or by semicolons where commas mark fractions. The header of JSONL is
    presumed where only the first objects were asked for their names.
    """

    rows: int
    header: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    is_doubtful: bool = False
    delimiter: str = ","
    is_presumed: bool = False
