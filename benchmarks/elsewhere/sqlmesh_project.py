"""The models of the plain script as a project of SQLMesh, which parses and plans their SQL anew."""

from pathlib import Path

from benchmarks.plain.script import FIT, REGISTRY, read_script
from orchestration.settings import Settings

_CONFIG = """\
gateways:
  local:
    connection:
      type: duckdb
      database: '{database}'
      connector_config: {{threads: {threads}, memory_limit: '{memory_limit}'}}
default_gateway: local
model_defaults: {{dialect: duckdb}}
disable_anonymized_analytics: true
"""


def write_project(script: Path, folder: Path, settings: Settings) -> None:
    """Write its settings, to work on the warehouse of a home, and a file for each model."""
    (folder / "models").mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(_config(settings))
    for step in read_script(script):
        if step.kind not in {FIT, REGISTRY}:
            kind = "VIEW" if step.kind == "view" else "FULL"
            head = f"MODEL (name {step.schema}.{step.name}, kind {kind});\n\n"
            (folder / "models" / f"{step.schema}__{step.name}.sql").write_text(head + step.sql)


def _config(settings: Settings) -> str:
    return _CONFIG.format(
        database=settings.warehouse_file,
        threads=settings.threads,
        memory_limit=settings.memory_limit,
    )
