"""What checks cost: every data test of dbt and every expectation, each once over all data."""

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench
from benchmarks.findings import Finding, cpu_median, named
from benchmarks.measure import interleaved, run
from benchmarks.measures.build import FULL_BUILD
from benchmarks.plain.script import DBT, PROJECT, dbt_environment

SHARE = "share of a full build"
_TEST = ("test", "--exclude-resource-type", "unit_test")
_START = ("list", "--resource-type", "test", "--quiet")


def measure(bench: Bench) -> Iterator[Finding]:
    """The time of dbt's start, which lists what it would test, is not that of the tests."""
    history = bench.history()
    environment = dbt_environment(history.home, bench.folder("dbt")) | bench.limits
    works = {
        "GX": partial(bench.script, "ours.gates", home=history.home, landing=history.landing),
        "dbt test": partial(run, [DBT, *_TEST, *PROJECT], environment),
        "dbt list": partial(run, [DBT, *_START, *PROJECT], environment),
    }
    costs = interleaved(works, bench.size.repeats)
    gx, tests, start = map(cpu_median, costs.values())
    for name, each in costs.items():
        yield Finding(f"gates: {name}", {"cx": each})
    for whole in named(bench.findings, FULL_BUILD):
        yield Finding("gates", figures={SHARE: (gx + tests - start) / whole.cpu_seconds})
