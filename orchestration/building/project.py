"""The dbt project: how Dagster runs it, and what it says about itself."""

import json
import re
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import Any

from dagster_dbt import DbtCliInvocation, DbtCliResource, DbtProject
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from packaging.version import Version

from orchestration.building.inherited import describe_staging
from orchestration.settings import DBT_PROJECT_DIR, PROJECT_ROOT, Settings
from orchestration.stopping import ends_with_us

_NOISE = re.compile(r"\s*$|\d+ of \d+ |\s*> |Failure in |Encountered an error")
_NO_SPANS = re.compile(r"a node named '(int_(\w+)_spans)' which was not found")
_PARTS = (DBT_PROJECT_DIR, PROJECT_ROOT / "seeds")


class ProjectError(RuntimeError):
    """The dbt project cannot be read; the message says where and why."""


class Dbt(DbtCliResource):
    """dbt without two things that cost 2 s each and that nothing here needs.

    `dbt --version` would ask the package index for news, and an adapter in this process would
    hold the warehouse file open.
    """

    def cli(self, *arguments: Any, **options: Any) -> DbtCliInvocation:
        """An invocation that ends when this process is asked to."""
        invocation = super().cli(*arguments, **options)
        ends_with_us(invocation.process)
        return invocation

    @property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> None:  # type: ignore[override]
        return None


def artefacts_dir(settings: Settings) -> Path:
    """Where dbt writes: one folder per home, so that homes do not disturb each other."""
    return settings.log_dir / "dbt"


def project(settings: Settings) -> DbtProject:
    """The dbt project, with its artefacts outside of the source tree."""
    return DbtProject(DBT_PROJECT_DIR, target_path=artefacts_dir(settings))


def dbt_resource() -> Dbt:
    """dbt from the environment that this process runs in, which need not be on the PATH."""
    return Dbt(
        project_dir=str(DBT_PROJECT_DIR),
        profiles_dir=str(DBT_PROJECT_DIR),
        dbt_executable=str(Path(sys.executable).parent / "dbt"),
    )


def manifest(settings: Settings) -> dict[str, Any]:
    """The dbt manifest, parsed anew when it is missing or older than the project.

    Raises:
        ProjectError: dbt cannot parse the project.
    """
    file = artefacts_dir(settings) / "manifest.json"
    content = _read(file)
    if not content:
        _parse(file.parent)
        content = json.loads(file.read_text(encoding="utf-8"))
    describe_staging(content)
    return _for_dagster(content)


def _read(file: Path) -> dict[str, Any]:
    """The manifest in a file; nothing when there is none to trust.

    One from the future, of a clock that has been put right since, may be older than the project;
    one that a full disk cut off is not JSON.
    """
    try:
        if not _last_change() <= file.stat().st_mtime <= time.time():
            return {}
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _parse(target_path: Path) -> None:
    try:
        dbt_resource().cli(["parse", "--quiet"], target_path=target_path).wait()
    except DagsterDbtCliRuntimeError as error:
        raise ProjectError(project_reason(str(error))) from error


def project_reason(message: str) -> str:
    """What keeps dbt from reading the project, and what would do where a setting is to blame."""
    if found := _NO_SPANS.search(message):
        model, attribute = found.groups()
        return (
            f"the var segment_spans in dbt_project/dbt_project.yml names {attribute}, but there is"
            f" no model {model}: add it (README, Add a segment), or take {attribute} out of the var"
        )
    return dbt_reason(message)


def dbt_reason(message: str) -> str:
    """What dbt itself says of an error, in one line, without its counters and its stack."""
    lines = message.split("Errors parsed from dbt logs:")[-1].splitlines()
    return " ".join(line.strip() for line in lines if not _NOISE.match(line))


def _last_change() -> float:
    """Newest change in the project; a folder changes when a file in it is removed."""
    return max(path.stat().st_mtime for part in _PARTS for path in (part, *part.rglob("*")))


def _for_dagster(manifest: dict[str, Any]) -> dict[str, Any]:
    """Give each test a description, and each singular one the last model it reads as owner.

    Dagster drops a test without owner.
    """
    for node in manifest["nodes"].values():
        if node["resource_type"] != "test":
            continue
        node["meta"]["description"] = _description(node)
        parents = [parent for parent in node["depends_on"].get("nodes", []) if _is_node(parent)]
        if not node.get("attached_node") and parents:
            owner = {"name": manifest["nodes"][parents[-1]]["name"]}
            node["config"]["meta"].setdefault("dagster", {}).setdefault("ref", owner)
    return manifest


def _description(test: dict[str, Any]) -> str:
    """What a generic test is given; of a singular one the comment on top of its SQL."""
    if generic := test.get("test_metadata"):
        given = {**generic["kwargs"], "model": None}
        told = [_told(name, value) for name, value in given.items() if value is not None]
        return f"{generic['name']}: {'; '.join(told)}"
    lines = takewhile(lambda line: line.startswith("--"), test["raw_code"].splitlines())
    return " ".join(line.removeprefix("--").strip() for line in lines)


def _told(name: str, value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if name in {"column_name", "columns", "expression"} else f"{name} {text}"


def _is_node(unique_id: str) -> bool:
    return unique_id.split(".")[0] in {"model", "seed", "snapshot"}
