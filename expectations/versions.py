"""What a delivery says of when its versions are, the same for every raw table that has them."""

from expectations.suite import Expectation, no_rows
from orchestration.contract import SourceTable


def versions_dated(table: SourceTable) -> tuple[Expectation, ...]:
    """Rows say when they are, or the path of their file does.

    Else they count as of the day on which the file was first seen: of two such files content
    decides, and what one is replaced by takes its place.
    """
    if not table.version:
        return ()
    undated = no_rows(
        f"rows_have_{table.version}_or_their_file_a_date",
        f"""
        select distinct _file from {{batch}}
        where {table.version} = cast(_landing_date as timestamp)
            and not regexp_matches(_file, '[0-9]{{{{4}}}}-[0-9]{{{{2}}}}-[0-9]{{{{2}}}}')
        order by all
        """,
        severity="warning",
    )
    return (undated,)
