"""Registries as they are published, for tests that build marts by hand."""

from orchestration.settings import PROJECT_ROOT
from orchestration.sql import literal

DIM_METRICS = f"""
    create table marts.dim_metrics as
    from read_csv({literal(str(PROJECT_ROOT / "seeds" / "metrics.csv"))});
"""
