"""The SQL of all models as one script: what dbt compiled, in the order of the graph."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from benchmarks.measure import run
from orchestration.building.fits.drivers.fit import Gathered
from orchestration.building.fits.purchases import SCHEMA
from orchestration.building.fits.texts.bars import Bars
from orchestration.building.fits.texts.fit import Given
from orchestration.building.fitting import ROLES, Fits, fits_of
from orchestration.settings import DBT_PROJECT_DIR, PROJECT_ROOT

DBT = PROJECT_ROOT / ".venv" / "bin" / "dbt"
PROJECT = ("--project-dir", DBT_PROJECT_DIR, "--profiles-dir", DBT_PROJECT_DIR)
FIT = "fit"
REGISTRY = "seed"


@dataclass(frozen=True)
class Step:
    """A relation to create: a table or view of some SQL, a registry that is there, or the fits.

    Of the fits, `sql` is what they are made from, as JSON.
    """

    kind: str
    schema: str = ""
    name: str = ""
    sql: str = ""


def compile_script(home: Path, file: Path) -> None:
    """Write the script for data such as those of a home, which registries and columns decide."""
    artefacts = file.parent / "dbt"
    environment = dbt_environment(home, artefacts)
    run([DBT, "--quiet", "compile", "--full-refresh", *PROJECT], environment)
    manifest = json.loads((artefacts / "manifest.json").read_text())
    file.write_text(json.dumps([asdict(step) for step in _steps(manifest)]))


def read_script(file: Path) -> list[Step]:
    """The steps of a script."""
    return [Step(**step) for step in json.loads(file.read_text())]


def read_fits(step: Step) -> Fits:
    """What the fits of a step are made from."""
    told = json.loads(step.sql)
    texts = told["texts"]
    given = Given(**{**texts, "bars": Bars(**texts["bars"])})
    return Fits(told["histories"], given, Gathered(**told["drivers"]))


def dbt_environment(home: Path, artefacts: Path) -> dict[str, str]:
    """What dbt needs to work on the warehouse of a home."""
    return {
        "CX_WAREHOUSE_FILE": str(home / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(artefacts),
        "DBT_LOG_PATH": str(artefacts),
        "DBT_LOG_LEVEL_FILE": "none",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def _steps(manifest: dict[str, Any]) -> Iterator[Step]:
    nodes = manifest["nodes"]
    ids = {node["name"]: id for id, node in nodes.items()}
    parents = {
        id: node["depends_on"]["nodes"] if node["resource_type"] == "model" else []
        for id, node in nodes.items()
        if node["resource_type"] in {"model", "seed"}
    }
    fits = {id: s for id, s in manifest["sources"].items() if s["source_name"] == SCHEMA}
    read = {s["meta"][role] for s in fits.values() for role in ROLES if role in s["meta"]}
    parents |= {id: [ids[name] for name in sorted(read)] for id in fits}
    is_fitted = False
    for id in TopologicalSorter(parents).static_order():
        if id in fits and not is_fitted:
            is_fitted = True
            yield Step(FIT, sql=json.dumps(asdict(fits_of(manifest))))
        elif id in nodes:
            node = nodes[id]
            kind = node["config"]["materialized"].replace("incremental", "table")
            yield Step(kind, node["schema"], node["alias"], node.get("compiled_code") or "")
