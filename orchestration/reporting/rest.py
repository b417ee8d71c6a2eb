"""What does not stand on a page at once: weeks, older months and smaller segments, by type.

Each page has a script a segment type beside it, which it loads when one of them is asked for.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestration.reporting.declared import Page
from orchestration.reporting.tables import Table, read_rest, to_json
from orchestration.reporting.values import read_rest_of_values

FOLDER = "rest"


def write_rest(
    connection: duckdb.DuckDBPyConnection,
    pages: Sequence[Page],
    homes: Mapping[str, str],
    about: Mapping[str, Any],
    site: Path,
) -> dict[str, list[str]]:
    """Write the scripts into a folder of the site.

    Args:
        connection: a published file, of which segment types were read.
        pages: all of the report.
        homes: the page that a metric belongs to, which has its values.
        about: the publish, which a script names as well, and the segment types; a script is called
            by the place of its own.
        site: the folder of the report.

    Returns:
        The pages that have a script, by segment type.
    """
    (site / FOLDER).mkdir()
    values = read_rest_of_values(connection, homes)
    written = defaultdict(list)
    for page in pages:
        charts = [read_rest(connection, chart) for chart in page.charts]
        for place, name in enumerate(told["name"] for told in about["types"]):
            found = {
                metric: table
                for metric, table in values.get(name, {}).items()
                if homes[metric] == page.name
            }
            tables: list[Table | None] = [rest.get(name) for rest in charts]
            if found or any(tables):
                publish = about["publish"]["id"]
                told = {"publish": publish, "page": page.name, "values": found, "charts": tables}
                file = site / FOLDER / f"{page.name}.{place}.js"
                file.write_text(f"cx.take({to_json(told)});\n", encoding="utf-8")
                written[name].append(page.name)
    return dict(written)
