"""What Python decides, done anew in a process of its own: a load, a fit, and a publish.

`python -m tests.mutation.loads HOME LANDING BUILT HISTORIES`: loads the landing zone into HOME, and
fits and publishes in HOME/built what was built before.
"""

import shutil
import sys
from pathlib import Path

from orchestration.contract import source_tables
from orchestration.fitting import SCHEMA, fit_purchases
from orchestration.loading import load_table
from orchestration.publishing import publish
from orchestration.warehouse import Settings, connect


def main(home: str, landing: str, built: str, histories: str) -> None:
    settings = Settings(home=Path(home), landing=Path(landing))
    with connect(settings) as connection:
        for table in source_tables():
            load_table(connection, settings.landing_dir, table)
    again = Settings(home=settings.home_dir / "built")
    again.home_dir.mkdir()
    shutil.copy(built, again.warehouse_file)
    with connect(again) as connection:
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = $schema", {"schema": SCHEMA}
        ).fetchall():
            connection.execute(f"delete from {SCHEMA}.{table}")
        fit_purchases(connection, histories)
    publish(again)


if __name__ == "__main__":
    main(*sys.argv[1:])
