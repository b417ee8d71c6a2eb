"""What Python decides, done anew in a process of its own: a load, a fit, and a publish.

`python -m tests.mutation.loads HOME LANDING BUILT HISTORIES`: loads the landing zone into HOME, and
fits and publishes in HOME/built what was built before.
"""

import shutil
import sys
from pathlib import Path

from orchestration.building.fits.purchases import SCHEMA, fit_purchases
from orchestration.contract import source_tables
from orchestration.loading.load import load_table
from orchestration.publishing.publish import publish
from orchestration.settings import Settings
from orchestration.warehouse import connect


def main(home: str, landing: str, built: str, histories: str) -> None:
    settings = Settings(home=Path(home), landing=Path(landing))
    with connect(settings) as connection:
        for table in source_tables():
            load_table(connection, settings.landing_dir, table)
    again = Settings(home=settings.home_dir / "built")
    again.home_dir.mkdir()
    shutil.copy(built, again.warehouse_file)
    with connect(again) as connection:
        for name in ("purchase_models", "purchase_predictions"):
            connection.execute(f"delete from {SCHEMA}.{name}")
        fit_purchases(connection, histories)
    publish(again)


if __name__ == "__main__":
    main(*sys.argv[1:])
