"""What readers see: the published files, which publish they are, and those that are kept."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

FILE_NAME = "cx.duckdb"
REPORT_NAME = "report"
FIRST_PAGE = "index.html"
SCHEMA = "marts"
# Beside the marts, wide tables of one grain each, in which a plain sum is right.
SCHEMAS = [SCHEMA, "bi"]
# Ids sort by time.
ID_FORMAT = "%Y%m%dT%H%M%S%fZ"


def current_id(published_dir: Path) -> str | None:
    """Id of the publish that readers see; None before the first, and where it cannot be read."""
    description = described(published_dir / FILE_NAME)
    return description.publish_id if description else None


def damage(published_dir: Path) -> str | None:
    """What to do where readers cannot read what is published; None where all is well."""
    file = published_dir / FILE_NAME
    if described(file) or not file.exists():
        return None
    return f"{file} cannot be read; the warehouse is another file, and `cx run` publishes anew."


class Description(NamedTuple):
    """Which publish it is, and the code that built it."""

    publish_id: str
    code_version: str


def described(file: Path) -> Description | None:
    """What a published file tells of itself; None where there is none that can be read."""
    query = f"select any_value(publish_id), any_value(code_version) from {SCHEMA}.publish_info"
    try:
        with duckdb.connect(file, read_only=True) as connection:
            [row] = connection.execute(query).fetchall()
    except duckdb.Error:
        return None
    return Description(*row)


def freshness(published_dir: Path) -> dict[str, str]:
    """How fresh readers are told that each source table is.

    Raises:
        duckdb.Error: nothing is published, or it cannot be read.
    """
    query = f"select source_table, freshness from {SCHEMA}.publish_info"
    with duckdb.connect(published_dir / FILE_NAME, read_only=True) as connection:
        return dict(connection.execute(query).fetchall())


def instant_of(publish_id: str) -> datetime:
    """When it was published, in UTC, or just after that if the clock was put back."""
    return datetime.strptime(publish_id, ID_FORMAT)


def publishes(published_dir: Path) -> list[Path]:
    """Folders of the kept publishes, oldest first; copies that were set aside are none."""
    return sorted(path.parent for path in published_dir.glob(f"[0-9]*Z/{FILE_NAME}"))
