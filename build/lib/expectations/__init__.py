"""Checks of the data at the two edges of the warehouse: one file per guarded table."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Literal

from expectations.suite import Expectation

Layer = Literal["raw", "marts"]


def guarded_tables(layer: Layer) -> dict[str, tuple[Expectation, ...]]:
    """Find the suites of a layer: 'schema.table' to its checks.

    `raw/survey__responses.py` guards `raw_survey.responses`, `marts/nps_by_segment.py` guards
    `marts.nps_by_segment`; modules whose name begins with an underscore are no suites.
    """
    modules = sorted(module.name for module in iter_modules([str(Path(__file__).parent / layer)]))
    return {
        _table(layer, module): import_module(f"{__name__}.{layer}.{module}").SUITE
        for module in modules
        if not module.startswith("_")
    }


def _table(layer: Layer, module: str) -> str:
    return f"{layer}_{module.replace('__', '.', 1)}" if layer == "raw" else f"{layer}.{module}"
