"""Copies of the project with few models: a run takes seconds where no test depends on the rest."""

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.building.fits.purchases import SCHEMA as FITS
from orchestration.building.fitting import ROLES
from orchestration.contract import source_tables
from orchestration.yaml_text import read_yaml
from tests.integration.conftest import copy_project
from tests.integration.starting import parsed_project

LANDED = "landed"


def slim_project(folder: Path) -> Path:
    """Copy the project with its contracts, loader, raw gate and publish, and without its models.

    Registries stay without their tests, and marts that the report reads as empty tables.
    """
    _keep_models(copy_project(folder), set())
    for file in (
        folder / "seeds" / "_seeds.yml",
        *(folder / "dbt_project" / "tests").glob("*.sql"),
        *(folder / "expectations" / "raw").glob("[a-z]*.py"),
    ):
        file.unlink()
    return folder


def narrow_project(folder: Path, *marts: str) -> Path:
    """Copy the project with some marts and all that they are made from, each tested and guarded.

    Other marts that the report reads stay as empty tables.
    """
    manifest = json.loads((parsed_project() / "manifest.json").read_text())
    _keep_models(copy_project(folder), _made_from(manifest, marts))
    return folder


def _made_from(manifest: Mapping[str, Any], marts: Iterable[str]) -> set[str]:
    """Names of marts and of what they and their tests are made from, by fits too."""
    nodes = manifest["nodes"].values()
    fits = [source for source in manifest["sources"].values() if source["source_name"] == FITS]
    fitted_to = {told for fit in fits for role, told in fit["meta"].items() if role in ROLES}
    reads = defaultdict[str, set[str]](set)
    for node in nodes:
        parents = node["depends_on"].get("nodes", [])
        reads[node.get("attached_node") or node["unique_id"]] |= set(parents)
    named = {node["name"]: node["unique_id"] for node in nodes}
    found, waiting = set[str](), list(marts)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            parents = reads[named[name]]
            waiting += [parent.split(".")[-1] for parent in parents if parent in manifest["nodes"]]
            waiting += fitted_to if any(fit["unique_id"] in parents for fit in fits) else ()
    return found | {FITS} if fitted_to <= found else found


def _keep_models(project: Path, names: Collection[str]) -> None:
    """Leave no models but some and their suites.

    Without fits one mart more, built in their place, says what is loaded: for each raw table its
    rows and the sum of their hashes, which is the same in any order.
    """
    marts = _read_by_report(project)
    for model in (project / "dbt_project" / "models").rglob("*.sql"):
        if model.stem not in names:
            model.unlink()
            model.with_suffix(".yml").unlink(missing_ok=True)
    for suite in (project / "expectations" / "marts").glob("[a-z]*.py"):
        if suite.stem not in names:
            suite.unlink()
    if FITS not in names:
        (project / "orchestration" / "defs" / "fits.py").unlink()
        _add_mart(project, LANDED, _LANDED_COLUMNS, _landed())
    responses = _source("raw_survey", "responses")  # no mart is built before it is loaded
    for mart in marts:
        if mart["name"] not in names:
            columns = [
                {key: column[key] for key in ("name", "data_type")} for column in mart["columns"]
            ]
            nulls = (
                f"cast(null as {column['data_type']}) as {column['name']}" for column in columns
            )
            _add_mart(
                project,
                mart["name"],
                columns,
                f"select {', '.join(nulls)} from {responses} limit 0",
            )


def _read_by_report(project: Path) -> list[dict[str, Any]]:
    code = "".join(file.read_text() for file in (project / "orchestration/reporting").glob("*.py"))
    names = set(re.findall(r"\bmarts\.(\w+)", code))
    contracts = (project / "dbt_project/models/marts").rglob("*.yml")
    marts = [mart for file in contracts for mart in read_yaml(file.read_text())["models"]]
    return [mart for mart in marts if mart["name"] in names]


_LANDED_COLUMNS = [
    {"name": "source_table", "data_type": "string"},
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


def _add_mart(project: Path, name: str, columns: list[dict[str, str]], sql: str) -> None:
    file = project / "dbt_project" / "models" / "marts" / "core" / f"{name}.sql"
    file.write_text(sql)
    file.with_suffix(".yml").write_text(
        yaml.safe_dump({"models": [{"name": name, "columns": columns}]})
    )
