"""Figures that goals ask for: each gives that of a size out of all findings, or nothing."""

from collections.abc import Callable, Iterator

from benchmarks.findings import Finding, cpu_median, named
from benchmarks.measures.build import FULL_BUILD, PLAIN

_MEMORY_LIMIT = 2 * 1024**3

Found = dict[str, list[Finding]]
Value = Callable[[Found, str], Iterator[float]]


def ratio(measure: str, contender: str) -> Value:
    """Our processor time as a multiple of a contender's."""

    def value(found: Found, size: str) -> Iterator[float]:
        yield from (f.ratio(contender) for f in named(found[size], measure) if contender in f.costs)

    return value


def times_faster(measure: str, contender: str) -> Value:
    """A contender's processor time as a multiple of ours."""
    ratios = ratio(measure, contender)
    return lambda found, size: (1 / each for each in ratios(found, size))


def seconds(measure: str) -> Value:
    """Our processor time, the median."""
    return lambda found, size: (f.cpu_seconds for f in named(found[size], measure))


def figure(measure: str, name: str) -> Value:
    """What a measure counted besides."""
    return lambda found, size: (f.figures[name] for f in named(found[size], measure))


def share_of_build(measure: str) -> Value:
    """Our processor time as a share of our full build's."""

    def value(found: Found, size: str) -> Iterator[float]:
        for whole in named(found[size], FULL_BUILD):
            yield from (p.cpu_seconds / whole.cpu_seconds for p in named(found[size], measure))

    return value


def growth(shorter: str, longer: str) -> Value:
    """How many times the longer history costs what the shorter one does."""

    def value(found: Found, size: str) -> Iterator[float]:
        for short in named(found[size], shorter):
            yield from (f.cpu_seconds / short.cpu_seconds for f in named(found[size], longer))

    return value


def beyond_fixed_cost(found: Found, size: str) -> Iterator[float]:
    """What rows beyond those of the small size cost us, beside what they cost the script."""
    builds = [build for each in ("small", size) for build in named(found.get(each, []), FULL_BUILD)]
    if size != "small" and len(builds) == 2 and all(PLAIN in build.costs for build in builds):
        (ours, plain), (more, more_plain) = (
            (build.cpu_seconds, cpu_median(build.costs[PLAIN])) for build in builds
        )
        yield (more - ours) / (more_plain - plain)


def memory(found: Found, size: str) -> Iterator[float]:
    """The most memory of a full build, as a multiple of the limit that it works within."""
    for build in named(found[size], FULL_BUILD):
        yield max(cost.peak_bytes for cost in build.ours) / _MEMORY_LIMIT
