"""What the keys of a delivery say of its rows, the same for every raw table."""

from expectations.suite import Expectation, no_rows
from orchestration.contract import SourceTable


def keys_agree(table: SourceTable) -> Expectation:
    """Rows of one file that share a key, and the version where rows have one, say the same.

    Staging keeps one of them and says nothing of the others. A row that stands twice is the same
    row, and a key in two files is a row sent again.
    """
    key = ", ".join(table.key_columns)
    return no_rows(
        "keys_have_one_content_in_a_file",
        f"""
        select {key}, _file from {{batch}} group by all
        having min(_row_hash) <> max(_row_hash) order by all
        """,
        severity="warning",
    )
