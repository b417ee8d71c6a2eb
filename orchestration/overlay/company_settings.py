"""Settings of the dbt project: ours, and a company's in place of those of the same name."""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from orchestration.overlay.errors import OwnFolderError
from orchestration.yaml_text import read_yaml

FILE_NAME = "settings.yml"
_NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a mapping",
}


def company_settings(own: Path, ours: Mapping[str, Any]) -> dict[str, Any]:
    """The settings in a company's folder; none where it has no file of them.

    Raises:
        OwnFolderError: one is none of ours, or is not what ours is.
    """
    file = own / FILE_NAME
    if not file.exists():
        return {}
    try:
        found = read_yaml(file.read_text(encoding="utf-8")) or {}
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        said = " ".join(str(error).split())
        raise OwnFolderError(f"{file} is no YAML in UTF-8: {said}") from error
    if not isinstance(found, dict):
        raise OwnFolderError(f"{file} must name settings, as in `min_responses: 20`")
    return {name: _as_ours(file, str(name), value, ours) for name, value in found.items()}


def _as_ours(file: Path, name: str, value: Any, ours: Mapping[str, Any]) -> Any:
    if name not in ours:
        near = get_close_matches(name, ours, n=1)
        asked = f": is it {near[0]}?" if near else "; dbt_project/dbt_project.yml lists them"
        raise OwnFolderError(f"{file}: there is no setting {name}{asked}")
    if isinstance(value, date):  # which YAML makes of a day without quotation marks
        value = value.isoformat()
    wanted = str if ours[name] is None else type(ours[name])
    if ours[name] is None and value is None:
        return value
    is_whole_for_float = wanted is float and type(value) is int
    if type(value) is not wanted and not is_whole_for_float:
        raise OwnFolderError(
            f"{file}: {name} must be {_NAMES[wanted]}, as {ours[name]!r} is; it is {value!r}"
        )
    return value
