"""The goals of speed: what each asks of which figure, and why it is missed where it is."""

from dataclasses import dataclass

from benchmarks.figures import (
    Found,
    Value,
    beyond_fixed_cost,
    figure,
    growth,
    memory,
    ratio,
    seconds,
    share_of_build,
    times_faster,
)
from benchmarks.measures.build import FULL_BUILD
from benchmarks.measures.elsewhere import DBT_BUILD, FRAMES, SQLMESH
from benchmarks.measures.gates import SHARE
from benchmarks.measures.load import INSERT


@dataclass(frozen=True)
class Goal:
    """A goal: a figure of a size, none where it was not measured, and the bound that it keeps.

    Attributes:
        name: what is measured against what.
        value: gives the figure of a size out of what was found at all sizes, or nothing.
        bound: the most, or the least where `is_least`.
        unit: as it is shown; a share is shown in percent.
        sizes: those the goal is for; all where empty.
        cause: why it is missed, where it is.
    """

    name: str
    value: Value
    bound: float
    unit: str = "x"
    is_least: bool = False
    sizes: tuple[str, ...] = ()
    cause: str = "the cause is not known yet"

    def figures(self, found: Found) -> dict[str, float]:
        """The figure of each size that it is for and that was measured."""
        sizes = [size for size in found if not self.sizes or size in self.sizes]
        return {size: figure for size in sizes for figure in self.value(found, size)}

    def is_met(self, value: float) -> bool:
        """Whether a figure keeps the bound."""
        return value >= self.bound if self.is_least else value <= self.bound

    def shown(self, value: float) -> str:
        """A figure with its unit, to three digits."""
        number, unit = (100 * value, " %") if self.unit == "%" else (value, f" {self.unit}")
        return f"{number:.3g}{unit}"


_NEW_DAY, _OLD_DAY = "one new day on 1,000 days", "one restated day on 1,000 days"
_SCALED = ("medium", "large")

_STORED_TWICE = (
    "rows wait in a table of their own while the file is counted by other means and the gate looks,"
    " and go into raw from there"
)
_THROUGH_TEXT = f"rows become text, which is typed and judged; {_STORED_TWICE}"
_PARSED_THRICE = (
    "a line is parsed three times: is it JSON, has it the usual names, which values has it;"
    f" {_THROUGH_TEXT}"
)
_EACH_NODE = (
    "few rows: most is start-up, the import of Great Expectations, what dbt and Dagster do for each"
    " of 300 models and tests, and the report"
)
_WHOLE_TABLES = (
    "a table below a changed one is built whole, but for facts, which keep their months; some"
    " customers change their segments each day, and with them all periods of segments as of now;"
    " a quarter of the build is in tables of which most rows change (DECISIONS.md)"
)
_TESTS = "each data test is a query of its own, with dbt's work around it, also on small tables"
_DOES_MORE = (
    "ours also keeps a ledger, gates, verifies, publishes with a report, and runs in Dagster"
)
_THREE_METRICS = (
    "three metrics in two kinds of segments, of the 34 and 12 that ours publishes and tests"
)

GOALS = (
    Goal("load CSV, against a typed insert", ratio("load csv", INSERT), 1.5, cause=_THROUGH_TEXT),
    Goal(
        "load JSONL, against a typed insert", ratio("load jsonl", INSERT), 1.5, cause=_PARSED_THRICE
    ),
    Goal(
        "load Parquet, against a typed insert",
        ratio("load parquet", INSERT),
        1.5,
        cause=_STORED_TWICE,
    ),
    Goal(
        "full build beyond its fixed cost, against a plain script",
        beyond_fixed_cost,
        1.3,
        cause=_TESTS,
    ),
    Goal("nothing new", seconds("nothing new"), 2, "CPU s"),
    Goal(
        "full build of a sample",
        seconds(FULL_BUILD),
        30,
        "CPU s",
        sizes=("small",),
        cause=_EACH_NODE,
    ),
    Goal(
        "one new day of a sample", seconds(_NEW_DAY), 8, "CPU s", sizes=("small",), cause=_EACH_NODE
    ),
    Goal(
        "one new day, of a full build",
        share_of_build(_NEW_DAY),
        0.1,
        "%",
        sizes=_SCALED,
        cause=_WHOLE_TABLES,
    ),
    Goal(
        "one restated day, of a full build",
        share_of_build(_OLD_DAY),
        0.1,
        "%",
        sizes=_SCALED,
        cause=_WHOLE_TABLES,
    ),
    Goal(
        "one new day on 1,000 days, against 30",
        growth("one new day on 30 days", _NEW_DAY),
        1.1,
        cause=_WHOLE_TABLES,
    ),
    Goal("gates, of a full build", figure("gates", SHARE), 0.2, "%", cause=_TESTS),
    Goal("most memory, against the limit of 2 GiB", memory, 1.5, sizes=_SCALED),
    Goal(
        "BI queries under 100 ms",
        figure("BI queries", "share under 100 ms"),
        0.95,
        "%",
        is_least=True,
    ),
    Goal(
        "fits, times as fast as lifetimes",
        times_faster("fits", "lifetimes"),
        20,
        is_least=True,
        sizes=_SCALED,
    ),
    Goal("fits, largest gap of a parameter", figure("fits", "largest relative gap"), 0.001, "%"),
    Goal("full build, against dbt build", ratio(FULL_BUILD, DBT_BUILD), 1, cause=_DOES_MORE),
    Goal(
        "full build, against SQLMesh",
        ratio(FULL_BUILD, SQLMESH),
        1,
        cause=f"{_DOES_MORE}, and tests",
    ),
    *(
        Goal(f"full build, against {tool}", ratio(FULL_BUILD, tool), 1, cause=_THREE_METRICS)
        for tool in FRAMES
    ),
)
