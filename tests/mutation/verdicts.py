"""What came of a mutant, and of many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.mutation.drawing import Mutant

BROKEN = "does not run"


@dataclass(frozen=True)
class Verdict:
    """Who caught a mutant, if any, and which tables it changed."""

    mutant: Mutant
    caught_by: str
    changed: tuple[str, ...]
    seconds: float

    @property
    def kind(self) -> str:
        if self.caught_by.startswith(BROKEN):
            return BROKEN
        if self.changed:
            return "caught" if self.caught_by else "SURVIVES"
        return (
            "caught, nothing published changes" if self.caught_by else "nothing published changes"
        )

    def __str__(self) -> str:
        tables = f"changes {', '.join(self.changed[:3])}" if self.changed else "changes nothing"
        by = self.caught_by or "nobody"
        found = f"{self.mutant.change.operator}, {tables}, by {by}, {self.seconds:.0f} s"
        return f"{self.kind}: {self.mutant}\n    {found}"


def summary(verdicts: Sequence[Verdict]) -> str:
    """How many of each kind, by whom they were caught, and the share of those that matter."""
    kinds = Counter(verdict.kind for verdict in verdicts)
    stages = Counter(v.caught_by.split(":")[0] for v in verdicts if v.kind == "caught")
    changing = kinds["caught"] + kinds["SURVIVES"]
    lines = [
        f"{len(verdicts)} mutants",
        *(f"{number:5} {kind}" for kind, number in kinds.most_common()),
        f"{kinds['caught']} of {changing} that change a published number are caught, by",
        *(f"{number:5} {stage}" for stage, number in stages.most_common()),
        *(str(verdict) for verdict in verdicts if verdict.kind == "SURVIVES"),
    ]
    return "\n".join(lines)
