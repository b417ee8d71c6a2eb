"""Who answers for a part of the warehouse, as the setting `owners` says."""

from functools import cache

from orchestration.settings import Settings
from orchestration.yaml_text import read_yaml

_FOR_THE_REST = "default"
# What has an owner beside what the project has a folder for: sources, topics and layers of models.
BESIDE_FOLDERS = ("landing", "raw", "published", _FOR_THE_REST)


def owners(*names: str) -> list[str]:
    """The owner of the first of some names that has one, else of the rest; none without any.

    Args:
        names: as the setting calls it: a source (`survey`), a topic of the marts (`support`), a
            layer (`staging`).
    """
    named = setting()
    return [named[name] for name in (*names, _FOR_THE_REST) if name in named][:1]


@cache
def setting() -> dict[str, str]:
    """The setting as it stands in the project, read once: a thousand tables ask for it."""
    file = Settings().dbt_project_dir / "dbt_project.yml"
    named: dict[str, str] = read_yaml(file.read_text(encoding="utf-8"))["vars"]["owners"]
    return named
