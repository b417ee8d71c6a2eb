"""The project with hollow marts: a run takes seconds where no test depends on the models."""

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from orchestration.contract import source_tables
from tests.integration.conftest import PROJECT

LANDED = "landed"


def slim_project(folder: Path) -> Path:
    """Copy the project with its contracts, loader, raw gate and publish, and without its models.

    Registries stay without their tests, and marts that the report reads as empty tables. One mart
    more says what is loaded: for each raw table its rows and the sum of their hashes, which is the
    same in any order.
    """
    for part in ("orchestration", "expectations", "dbt_project", "seeds"):
        shutil.copytree(
            PROJECT / part, folder / part, ignore=shutil.ignore_patterns("target", "__pycache__")
        )
    shutil.copy(PROJECT / "pyproject.toml", folder)
    models = folder / "dbt_project" / "models"
    marts = _read_by_report(folder)
    for file in (
        folder / "seeds" / "_seeds.yml",
        *models.rglob("*.*"),
        *(folder / "dbt_project" / "tests").glob("*.sql"),
        *(folder / "expectations").glob("*/[a-z]*.py"),
    ):
        if not file.name.endswith(("__sources.yml", ".md")):
            file.unlink()
    (folder / "orchestration" / "defs" / "fits.py").unlink()
    responses = _source("raw_survey", "responses")  # no mart is built before it is loaded
    for mart in marts:
        columns = [
            {key: column[key] for key in ("name", "data_type")} for column in mart["columns"]
        ]
        nulls = (f"cast(null as {column['data_type']}) as {column['name']}" for column in columns)
        _add_mart(
            models, mart["name"], columns, f"select {', '.join(nulls)} from {responses} limit 0"
        )
    _add_mart(models, LANDED, _LANDED_COLUMNS, _landed())
    return folder


def _read_by_report(project: Path) -> list[dict[str, Any]]:
    code = "".join(file.read_text() for file in (project / "orchestration/reporting").glob("*.py"))
    names = set(re.findall(r"\bmarts\.(\w+)", code))
    contracts = (project / "dbt_project/models/marts").rglob("*.yml")
    marts = [mart for file in contracts for mart in yaml.safe_load(file.read_text())["models"]]
    return [mart for mart in marts if mart["name"] in names]


_LANDED_COLUMNS = [
    {"name": "source_table", "data_type": "text"},
    {"name": "landed_rows", "data_type": "bigint"},
    {"name": "landed_hash", "data_type": "decimal(38, 0)"},
]


def _landed() -> str:
    """SQL for what is loaded, built after the place of the fits, of which there are none."""
    return " union all ".join(
        [
            *(
                f"select '{table.full_name}' as source_table, count(*) as landed_rows, "
                f"sum(_row_hash)::decimal(38, 0) as landed_hash "
                f"from {_source(table.schema, table.name)}"
                for table in source_tables()
            ),
            f"select 'fits', count(*), 0::decimal(38, 0) from {_source('fits', 'purchase_models')}",
        ]
    )


def _source(schema: str, table: str) -> str:
    return f"{{{{ source('{schema}', '{table}') }}}}"


def _add_mart(models: Path, name: str, columns: list[dict[str, str]], sql: str) -> None:
    file = models / "marts" / "core" / f"{name}.sql"
    file.write_text(sql)
    file.with_suffix(".yml").write_text(
        yaml.safe_dump({"models": [{"name": name, "columns": columns}]})
    )
