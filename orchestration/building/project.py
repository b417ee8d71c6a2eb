"""The dbt project: what it says about itself, as Dagster shows it."""

import re
from itertools import takewhile
from typing import Any

from orchestration.building.dbt import DbtError
from orchestration.building.inherited import describe_staging
from orchestration.building.parsed import manifest_json
from orchestration.settings import Settings

_NOISE = re.compile(r"\s*$|\d+ of \d+ |\s*> |Failure in |Encountered an error")
_NO_SPARK = "Could not find adapter type spark"
_NO_SPANS = re.compile(r"a node named '(int_(\w+)_spans)' which was not found")


class ProjectError(RuntimeError):
    """The dbt project cannot be read; the message says where and why."""


def manifest(settings: Settings) -> dict[str, Any]:
    """The dbt manifest, with what only we know of staging and of tests.

    Raises:
        ProjectError: dbt cannot parse the project.
    """
    try:
        content = manifest_json(settings)
    except DbtError as error:
        raise ProjectError(project_reason(str(error))) from error
    describe_staging(content)
    return _for_dagster(content)


def project_reason(message: str) -> str:
    """What keeps dbt from reading the project, and what would do where a setting is to blame."""
    if found := _NO_SPANS.search(message):
        model, attribute = found.groups()
        return (
            f"the var segment_spans in dbt_project/dbt_project.yml names {attribute}, but there is"
            f" no model {model}: add it (README, Add a segment), or take {attribute} out of the var"
        )
    if _NO_SPARK in message:
        return "CX_TARGET=spark asks for what talks to Spark, which `make spark` installs"
    return dbt_reason(message)


def dbt_reason(message: str) -> str:
    """What dbt itself says of an error, in one line, without its counters and its stack."""
    return " ".join(line.strip() for line in message.splitlines() if not _NOISE.match(line))


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
