"""What the checks of a run warn of, in sentences."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg

from orchestration.running.check_log import checks_of, finding, own_remedy, stops
from orchestration.settings import Settings
from orchestration.warehouse import place

_OF_DBT = "The test's SQL in {logs}/dbt/compiled shows the rows; correct the data or the model."
# What the load of a table finds says itself what to do (see defs/raw.py).
REMEDIES = {
    "build": _OF_DBT,
    "build rest": _OF_DBT,
    "gate marts": "Look into the rows in {warehouse}, or change the suite in expectations/marts/.",
}

# So many tables that fail a check alike are told of one by one.
MOST_ALIKE = 5


def phase_of(step: str) -> str:
    """The phase that a step belongs to: `load__survey__responses` to load."""
    return step.split("__")[0].replace("_", " ")


def title(check: dg.AssetCheckEvaluation) -> str:
    """The table that a check looked at, and its name."""
    return ", ".join(_named(check))


def _named(check: dg.AssetCheckEvaluation) -> tuple[str, str]:
    return ".".join(check.asset_key.path), check.check_name


@dataclass(frozen=True)
class Warned:
    """A check that only warns: which table fails it, what was found, and what to do."""

    table: str
    check: str
    found: str
    remedy: str

    def __str__(self) -> str:
        """A sentence."""
        return f"{self.table}, {self.check}: {self.found}. {self.remedy}"


def sentences(warned: Sequence[Warned]) -> list[str]:
    """A sentence for each warning; where many tables fail a check alike, one for all of them."""
    alike: dict[tuple[str, str], list[Warned]] = defaultdict(list)
    for warning in warned:
        alike[warning.check, warning.remedy].append(warning)
    told = []
    for warning in warned:
        group = alike[warning.check, warning.remedy]
        if len(group) <= MOST_ALIKE:
            told.append(str(warning))
        elif warning is group[0]:
            told.append(_sentence_of_all(group))
    return told


def _sentence_of_all(warnings: Sequence[Warned]) -> str:
    first, *others = warnings
    return (
        f"{first.check} fails for {len(warnings)} tables, which `cx status` lists, such as "
        f"{first.table} and {others[0].table}; of {first.table}: {first.found}. {first.remedy}"
    )


def warned_of(check: dg.AssetCheckEvaluation, phase: str, settings: Settings) -> Warned:
    """What a check that failed in a phase of the run says."""
    places = {"logs": settings.log_dir, "warehouse": place(settings)}
    remedy = own_remedy(check) or REMEDIES[phase].format(**places)
    return Warned(*_named(check), finding(check), remedy)


def warnings_of(instance: dg.DagsterInstance, run_id: str, settings: Settings) -> list[str]:
    """What a run that has ended warned of."""
    return sentences(
        [
            warned_of(check, phase_of(step), settings)
            for _, step, check in checks_of(instance, run_id)
            if not check.passed and not stops(check)
        ]
    )
