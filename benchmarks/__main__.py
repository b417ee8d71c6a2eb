"""`python -m benchmarks small`: generates data, measures, and writes the report."""

import shutil
import sys
import time
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
        try:
            for finding in import_module(f"benchmarks.measures.{measure}").measure(bench):
                bench.findings.append(finding)
        except Failed as error:
            _say(begin, str(error))
            bench.findings.append(Finding(measure, notes=[f"not measured: {error.reason}"]))
        keep(name, about(bench.size, time.monotonic() - begin), bench.findings)
    shutil.rmtree(bench.size.folder)
    _say(begin, f"written to {FOLDER / 'report.md'}")


def _say(begin: float, text: str) -> None:
    print(f"{time.monotonic() - begin:7.0f} s  {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
