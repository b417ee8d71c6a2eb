"""What a measure found, and how it is kept."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from benchmarks.measure import Cost


@dataclass(frozen=True)
class Finding:
    """Costs of one piece of work, by who did it: ours first, then its counterparts.

    Attributes:
        measure: the name of the work.
        costs: by contender, one for each repeat.
        rows: of the data worked on.
        size_bytes: of the files worked on.
        figures: what else was measured, such as shares in [0, 1].
        notes: sentences that a reader of the figures must know.
    """

    measure: str
    costs: dict[str, list[Cost]] = field(default_factory=dict)
    rows: int = 0
    size_bytes: int = 0
    figures: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def ours(self) -> list[Cost]:
        """The costs of the warehouse itself."""
        return next(iter(self.costs.values()))

    @property
    def counterpart(self) -> str:
        """The contender that ours is measured against first; none is an empty name."""
        return next(iter(list(self.costs)[1:]), "")

    @property
    def cpu_seconds(self) -> float:
        """Ours, the median."""
        return cpu_median(self.ours)

    def ratio(self, contender: str) -> float:
        """Our processor time as a multiple of a contender's, medians both."""
        return self.cpu_seconds / cpu_median(self.costs[contender])

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Finding":
        """A finding that was kept as JSON."""
        costs = {name: [Cost(**cost) for cost in each] for name, each in kept["costs"].items()}
        return cls(**(kept | {"costs": costs}))

    def kept(self) -> dict[str, Any]:
        """The finding as JSON keeps it."""
        return asdict(self)


def cpu_median(costs: list[Cost]) -> float:
    """The median of processor seconds."""
    return median(cost.cpu_seconds for cost in costs)


def named(findings: list[Finding], measure: str) -> Iterator[Finding]:
    """The finding of a measure, if there is one with costs or figures."""
    yield from (f for f in findings if f.measure == measure and (f.costs or f.figures))
