"""The goals of speed: what each asks of which figure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.findings import Finding, cpu_median, named
from benchmarks.measures.build import FULL_BUILD, PLAIN
from benchmarks.measures.elsewhere import DBT_BUILD, FRAMES, SQLMESH
from benchmarks.measures.gates import SHARE
from benchmarks.measures.load import INSERT

_MEMORY_LIMIT = 2 * 1024**3

Found = dict[str, list[Finding]]
Value = Callable[[Found, str], Iterator[float]]


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

    def is_met(self, figure: float) -> bool:
        """Whether a figure keeps the bound."""
        return figure >= self.bound if self.is_least else figure <= self.bound

    def shown(self, figure: float) -> str:
        """A figure with its unit, to three digits."""
        number, unit = (100 * figure, " %") if self.unit == "%" else (figure, f" {self.unit}")
        return f"{number:.3g}{unit}"


def _ratio(measure: str, contender: str) -> Value:
    """Our processor time as a multiple of a contender's."""

    def value(found: Found, size: str) -> Iterator[float]:
        yield from (f.ratio(contender) for f in named(found[size], measure) if contender in f.costs)

    return value


def _times_faster(measure: str, contender: str) -> Value:
    ratio = _ratio(measure, contender)
    return lambda found, size: (1 / each for each in ratio(found, size))


def _seconds(measure: str) -> Value:
    return lambda found, size: (f.cpu_seconds for f in named(found[size], measure))


def _figure(measure: str, name: str) -> Value:
    return lambda found, size: (f.figures[name] for f in named(found[size], measure))


def _share_of_build(measure: str) -> Value:
    def value(found: Found, size: str) -> Iterator[float]:
        for whole in named(found[size], FULL_BUILD):
            yield from (p.cpu_seconds / whole.cpu_seconds for p in named(found[size], measure))

    return value


def _growth(shorter: str, longer: str) -> Value:
    """How many times the longer history costs what the shorter one does."""

    def value(found: Found, size: str) -> Iterator[float]:
        for short in named(found[size], shorter):
            yield from (f.cpu_seconds / short.cpu_seconds for f in named(found[size], longer))

    return value


def _beyond_fixed_cost(found: Found, size: str) -> Iterator[float]:
    """What rows beyond those of the small size cost us, beside what they cost the script."""
    for build in named(found[size], FULL_BUILD):
        for small in named(found.get("small", []), FULL_BUILD):
            if size != "small":
                ours = build.cpu_seconds - small.cpu_seconds
                yield ours / (cpu_median(build.costs[PLAIN]) - cpu_median(small.costs[PLAIN]))


def _memory(found: Found, size: str) -> Iterator[float]:
    for build in named(found[size], FULL_BUILD):
        yield max(cost.peak_bytes for cost in build.ours) / _MEMORY_LIMIT


_NEW_DAY, _OLD_DAY = "one new day on 1,000 days", "one restated day on 1,000 days"
_SCALED = ("medium", "large")
GOALS = (
    Goal("load CSV, against a typed insert", _ratio("load csv", INSERT), 1.5),
    Goal("load JSONL, against a typed insert", _ratio("load jsonl", INSERT), 1.5),
    Goal("load Parquet, against a typed insert", _ratio("load parquet", INSERT), 1.5),
    Goal("full build beyond its fixed cost, against a plain script", _beyond_fixed_cost, 1.3),
    Goal("nothing new", _seconds("nothing new"), 2, "CPU s"),
    Goal("full build of a sample", _seconds(FULL_BUILD), 30, "CPU s", sizes=("small",)),
    Goal("one new day of a sample", _seconds(_NEW_DAY), 8, "CPU s", sizes=("small",)),
    Goal("one new day, of a full build", _share_of_build(_NEW_DAY), 0.1, "%", sizes=_SCALED),
    Goal("one restated day, of a full build", _share_of_build(_OLD_DAY), 0.1, "%", sizes=_SCALED),
    Goal("one new day on 1,000 days, against 30", _growth("one new day on 30 days", _NEW_DAY), 1.1),
    Goal("gates, of a full build", _figure("gates", SHARE), 0.2, "%"),
    Goal("most memory, against the limit of 2 GiB", _memory, 1.5, sizes=_SCALED),
    Goal("BI queries under 100 ms", _figure("BI queries", "share under 100 ms"), 0.95, "%", True),
    Goal("fits, times as fast as lifetimes", _times_faster("fits", "lifetimes"), 20, "x", True),
    Goal("fits, largest gap of a parameter", _figure("fits", "largest relative gap"), 0.001, "%"),
    *(
        Goal(f"full build, against {tool}", _ratio(FULL_BUILD, tool), 1)
        for tool in (DBT_BUILD, SQLMESH, *FRAMES)
    ),
)
