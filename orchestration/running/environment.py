"""What Dagster and dbt read from the environment, derived from the settings."""

import os

from orchestration.overlay.project import lay_over
from orchestration.permissions import keep_private
from orchestration.settings import DBT_PROJECT_DIR, Settings

_DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
event_log_storage:
  module: orchestration.event_log
  class: EventLog
"""

_NO_TELEMETRY = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}


def export_environment(settings: Settings) -> None:
    """Point this process and its children at one warehouse home, private, all telemetry off."""
    keep_private()
    dagster_home = settings.home_dir / "dagster"
    dagster_home.mkdir(parents=True, exist_ok=True)
    instance_file = dagster_home / "dagster.yaml"
    if not instance_file.exists():
        instance_file.write_text(_DAGSTER_YAML, encoding="utf-8")
    os.environ |= _NO_TELEMETRY | {
        "CX_HOME": str(settings.home_dir),
        "CX_TARGET": settings.target,
        "CX_SPARK_HOST": settings.spark_host,
        "CX_SPARK_PORT": str(settings.spark_port),
        "CX_WAREHOUSE_FILE": str(settings.warehouse_file),
        "CX_THREADS": str(settings.threads),
        "CX_MEMORY_LIMIT": settings.memory_limit,
        "DAGSTER_HOME": str(dagster_home),
        "DBT_PROFILES_DIR": str(DBT_PROJECT_DIR),
        "DBT_TARGET_PATH": str(settings.log_dir / "dbt"),
        "DBT_LOG_PATH": str(settings.log_dir / "dbt"),
        # It would repeat what the log of the run has, 10 MB a run, for a tenth of a build's time.
        "DBT_LOG_LEVEL_FILE": "none",
    }
    folders = {"CX_LANDING": settings.landing, "CX_OWN": settings.own}
    os.environ |= {name: str(folder) for name, folder in folders.items() if folder}
    lay_over(settings)
