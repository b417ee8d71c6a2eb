"""`python -m benchmarks small`: generates data, measures, and writes the report."""

import shutil
import sys
import time
from collections.abc import Iterator
from importlib import import_module

from benchmarks.bench import Bench
from benchmarks.findings import Finding
from benchmarks.machine import about
from benchmarks.measure import Failed
from benchmarks.report import FOLDER, keep
from benchmarks.sizes import SIZES


def main(name: str) -> None:
    """Measure a size; a measure that fails is named in the report and stops no other."""
    begin = time.monotonic()
    bench = Bench(SIZES[name])
    shutil.rmtree(bench.size.folder, ignore_errors=True)
    _say(begin, "landing files")
    bench.size.generate()
    for measure in bench.size.measures:
        _say(begin, measure)
        for finding in _found(bench, measure, begin):
            bench.put(finding)
            keep(name, about(bench.size, time.monotonic() - begin), bench.findings)
    shutil.rmtree(bench.size.folder)
    _say(begin, f"written to {FOLDER / 'report.md'}")


def _found(bench: Bench, measure: str, begin: float) -> Iterator[Finding]:
    try:
        yield from import_module(f"benchmarks.measures.{measure}").measure(bench)
    except Failed as error:
        _say(begin, str(error))
        yield Finding(measure, notes=[f"not measured: {error.reason}"])


def _say(begin: float, text: str) -> None:
    print(f"{time.monotonic() - begin:7.0f} s  {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
