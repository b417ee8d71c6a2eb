"""Where Dagster finds everything: it loads what lies in `defs/`."""

from pathlib import Path

import dagster as dg

from orchestration.event_log import write_events_without_waiting


@dg.definitions
def definitions() -> dg.Definitions:
    """All definitions of the project."""
    write_events_without_waiting()
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
