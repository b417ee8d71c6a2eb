"""Checks of the data at the two edges of the warehouse: one file per guarded table."""

from importlib import import_module
from typing import Literal

from expectations.suite import Expectation
from orchestration.own import module_names

Layer = Literal["raw", "marts"]


def guarded_tables(layer: Layer) -> dict[str, tuple[Expectation, ...]]:
    """Find the suites of a layer: 'schema.table' to its checks.

    `raw/survey__responses.py` guards `raw_survey.responses`, `marts/nps_by_segment.py` guards
    `marts.nps_by_segment`.
    """
    package = f"{__name__}.{layer}"
    return {
        _table(layer, module): import_module(f"{package}.{module}").SUITE
        for module in module_names(package, f"expectations/{layer}")
    }


def _table(layer: Layer, module: str) -> str:
    return f"{layer}_{module.replace('__', '.', 1)}" if layer == "raw" else f"{layer}.{module}"
