"""How much is measured: three sizes, each from landing files that the sample's generator writes."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.sample import write_sample
from orchestration.settings import PROJECT_ROOT

WORKSHOP = PROJECT_ROOT / ".bench"
DAYS = 1_000
# New days, and restated ones, that a history has waiting: a repeat takes one of each.
DELIVERIES = 3
_SEED = 1
_EVERYTHING = ("load", "build", "idle", "gates", "publish", "queries", "fits", "days")


@dataclass(frozen=True)
class Size:
    """A size: its customers, who give some 71 rows each in 1,000 days, and what goes with it.

    Attributes:
        name: as in `make bench SIZE=…`.
        customers: how many sign up in the 1,000 days.
        histories: days of history that a day comes to, the whole first.
        load_rows: rows of a table that is loaded in each format.
        fitted_customers: customers whose purchases are fitted.
        memory_limit: what DuckDB may use, whoever asks it.
        measures: what is measured, in this order.
        repeats: how often each contender does its work.
        counterparts: who else does the whole build: a plain script, other tools.
    """

    name: str
    customers: int
    histories: tuple[int, ...]
    load_rows: int
    fitted_customers: int
    memory_limit: str
    measures: tuple[str, ...] = _EVERYTHING
    repeats: int = 3
    counterparts: tuple[str, ...] = ("plain", "elsewhere")

    @property
    def folder(self) -> Path:
        """Where everything that is made for it lies."""
        return WORKSHOP / self.name

    @property
    def zone(self) -> Path:
        """Its landing files."""
        return self.folder / "zone"

    def generate(self) -> None:
        """Write its landing files."""
        write_sample(self.zone, customers=self.customers, days=DAYS, seed=_SEED)


# The small one leaves out what takes longest, to end within minutes; of the large one a single
# build takes an hour, and nobody else does it beside.
SIZES = {
    size.name: size
    for size in (
        Size("small", 2_800, (DAYS,), 200_000, 20_000, "4GB", counterparts=("plain",)),
        Size("medium", 141_000, (DAYS, 300, 100, 30), 2_000_000, 1_000_000, "2GiB"),
        Size(
            *("large", 1_410_000, (DAYS,), 20_000_000, 1_000_000, "2GiB"),
            measures=("build", "days"),
            repeats=1,
            counterparts=(),
        ),
    )
}
