"""A home whose one mart tells of which generation it is, to publish again and again."""

from pathlib import Path
from typing import Any

from orchestration.contract import source_tables
from orchestration.loading.ledger import create_tables
from orchestration.settings import Settings
from orchestration.warehouse import connect


def first_generation(home: Path, **others: Any) -> Settings:
    """Make a home with empty raw tables and one mart; give its settings and some others."""
    settings = Settings(home=home, **others)
    with connect(settings) as warehouse:
        for table in source_tables():
            create_tables(warehouse, table)
        warehouse.execute("create schema marts")
    new_generation(settings, 1)
    return settings


def new_generation(settings: Settings, generation: int) -> None:
    """Build that mart anew, every row of it of one generation."""
    with connect(settings) as warehouse:
        warehouse.execute(
            f"""
            create or replace table marts.scores as
            select range as id, {generation} as generation from range(1000)
            """
        )
