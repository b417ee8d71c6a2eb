"""How a series looks as a line of bars."""

import pytest

from orchestration.reporting.trends import bars


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([-0.5, None, 0.5], "▁ █"),
        ([7.0, 7.0], "▁▁"),
        ([None], " "),
        ([], ""),
    ],
)
def test_bars_reach_from_the_least_to_the_greatest_value(
    values: list[float | None], line: str
) -> None:
    assert bars(values) == line
