"""Marks of charts as a browser drew them: the numbers that each is of, and what its place says."""

from typing import Any

from playwright.sync_api import Page

# A place is read off the axis by the labels of its ticks, as a person does; Vega leaves at each
# element the row that it is of. Null is an axis of names or times.
_READ = """
(chart) => {
    const box = (element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return { left, right, top, bottom, x: (left + right) / 2, y: (top + bottom) / 2 };
    };
    const span = (ticks, along) => Math.abs(ticks[0][along] - ticks.at(-1)[along]);
    const scaleOf = (scope, along, across) => {
        const axes = [...scope.querySelectorAll(".role-axis")].map((axis) =>
            [...axis.querySelectorAll(".role-axis-label text")]
                .filter((text) => typeof text.__data__.datum.value === "number")
                .map((text) => ({ ...box(text), value: text.__data__.datum.value })));
        const ticks = axes.find(
            (found) => found.length > 1 && span(found, along) > span(found, across));
        if (!ticks) return () => null;
        const [one, other] = [ticks[0], ticks.at(-1)];
        const unit = (other.value - one.value) / (other[along] - one[along]);
        return (place) => one.value + (place - one[along]) * unit;
    };
    return [...chart.querySelectorAll(".role-mark > *")].map((mark) => {
        const scope = mark.closest(".role-scope, .role-frame");
        const [x, y] = [scaleOf(scope, "x", "y"), scaleOf(scope, "y", "x")];
        const at = box(mark);
        return {
            kind: mark.parentNode.getAttribute("class").split(" ")[0].replace("mark-", ""),
            row: mark.__data__.datum,
            x: x(at.x), y: y(at.y), left: x(at.left), right: x(at.right),
            low: y(at.bottom), high: y(at.top),
            opacity: mark.__data__.fillOpacity,
            unit: [x(1) - x(0), y(0) - y(1)],
        };
    });
}
"""


def marks_of(page: Page, within: str) -> list[dict[str, Any]]:
    """The marks of the first chart of a card: their kind, row, and what their place and ends say.

    unit: what a pixel is worth along x and y.
    """
    chart = page.locator(f"{within} .chart").first
    marks: list[dict[str, Any]] = chart.evaluate(_READ)
    return marks
