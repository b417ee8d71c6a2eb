"""Breaks the project at random places and says who notices: `make mutations RANDOM=60 SEED=1`."""

import argparse
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from orchestration.settings import PROJECT_ROOT
from tests.mutation.bench import Bench, Dbt
from tests.mutation.drawing import Mutant, drawn
from tests.mutation.judging import judged
from tests.mutation.verdicts import Verdict, summary

WORKERS = 2
_bench: Bench
_dbt: Dbt


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int)
    asked = parser.parse_args()
    mutants = list(islice(drawn(PROJECT_ROOT, asked.seed), asked.count))
    with tempfile.TemporaryDirectory(prefix="cx-mutations-") as folder:
        bench = Bench(Path(folder))
        bench.prepare()
        verdicts = list(_tried(mutants, bench))
    print(summary(verdicts))


def _tried(mutants: list[Mutant], bench: Bench) -> Iterator[Verdict]:
    """Verdicts as they come; each is printed."""
    dbt = Dbt(bench)
    # Forks know the manifest that was parsed here.
    with ProcessPoolExecutor(
        WORKERS, mp_context=get_context("fork"), initializer=_begin, initargs=(bench, dbt)
    ) as pool:
        for verdict in as_completed([pool.submit(_judge, mutant) for mutant in mutants]):
            print(verdict.result(), flush=True)
            yield verdict.result()


def _begin(bench: Bench, dbt: Dbt) -> None:
    global _bench, _dbt
    _bench, _dbt = bench, dbt


def _judge(mutant: Mutant) -> Verdict:
    return judged(mutant, _bench, _dbt)


if __name__ == "__main__":
    main()
