"""Builds all models from a landing zone, once it is loaded, without tests and fits."""

from functools import partial

from benchmarks.body import body
from orchestration.building.build import build
from orchestration.building.parsed import parsed
from orchestration.building.results import require_success
from orchestration.contract import source_tables
from orchestration.loading.load import load_table
from orchestration.running.environment import export_environment
from orchestration.settings import Settings
from orchestration.warehouse import connect

WITHOUT_TESTS = ("--quiet", "--exclude-resource-type", "test", "unit_test")


def load_all(settings: Settings) -> None:
    """Load each table of a landing zone, past the gates."""
    with connect(settings) as connection:
        for table in source_tables():
            load_table(connection, settings.landing_dir, table, (), None, settings.limits)


if __name__ == "__main__":
    settings = Settings()
    export_environment(settings)
    load_all(settings)
    parsed(settings)
    with body():
        require_success(build(settings, partial(connect, settings), WITHOUT_TESTS))
