"use strict";
// How charts look: colours are variables of the page, so that themes and print have their own.
(() => {
    const colour = (name) => `var(--${name})`;
    cx.colour = colour;
    cx.isNarrow = () => window.innerWidth < 620;

    const config = {
        aria: false,
        background: "transparent",
        font: "system-ui, sans-serif",
        padding: { left: 2, right: 8, top: 4, bottom: 2 },
        view: { stroke: null },
        axis: {
            domain: false,
            ticks: false,
            gridColor: colour("rule"),
            labelColor: colour("muted"),
            titleColor: colour("muted"),
            titleFontWeight: "normal",
            labelFontSize: 12,
            titleFontSize: 12,
            labelPadding: 6,
            labelFlush: false,
            title: null,
            labelLimit: 150,
            labelOverlap: true,
        },
        axisQuantitative: { grid: true },
        axisX: { grid: false },
        legend: {
            orient: "top",
            title: null,
            labelColor: colour("ink"),
            labelFontSize: 12,
            symbolType: "square",
            columnPadding: 16,
            labelLimit: 220,
        },
        text: { color: colour("ink"), fontSize: 12 },
        rule: { color: colour("accent"), strokeWidth: 2 },
        point: { color: colour("accent"), filled: true, opacity: 1, size: 55 },
        line: { color: colour("accent"), strokeWidth: 2 },
        area: { color: colour("accent"), opacity: 0.18 },
        bar: { color: colour("accent") },
    };

    // Draws a specification in a box, whose label says the same in words.
    cx.draw = (box, spec) => {
        const width = Math.max(box.clientWidth - 4, 200);
        const whole =
            spec.vconcat || spec.hconcat
                ? spec
                : { width, autosize: { type: "fit-x", contains: "padding" }, ...spec };
        const legend = { ...config.legend, ...(cx.isNarrow() ? { columns: 2, columnPadding: 6 } : {}) };
        const axis = { ...config.axis, tickCount: cx.isNarrow() ? 3 : 5 };
        return vegaEmbed(box, whole, {
            renderer: "svg",
            actions: false,
            config: { ...config, legend, axis },
            logLevel: 1,
            tooltip: { theme: "custom" },
        })
            .then(() => {
                box.classList.add("drawn");
                box.querySelector("svg").setAttribute("aria-hidden", "true");
            })
            .catch((error) => {
                box.textContent = "This chart cannot be drawn; its numbers stand in the table beneath.";
                throw error;
            });
    };

    cx.quantity = (field, kind, more = {}) => ({
        field,
        type: "quantitative",
        scale: { zero: false, nice: true },
        axis: { format: cx.axisFormat(kind), grid: true },
        ...more,
    });

    // A dashed line across a chart.
    cx.line = (channel, value) =>
        value === null || value === undefined
            ? []
            : [
                  {
                      data: { values: [{}] },
                      mark: { type: "rule", color: colour("muted"), strokeDash: [4, 3], strokeWidth: 1 },
                      encoding: { [channel]: { datum: value } },
                  },
              ];

    cx.names = (field, order, title) => ({
        field,
        type: "nominal",
        sort: null,
        scale: { domain: order },
        axis: {
            labelLimit: cx.isNarrow() ? 130 : 300,
            minExtent: 60,
            labelColor: colour("ink"),
            title: title || null,
        },
    });

    cx.tip = (...pairs) => pairs.map(([field, title]) => ({ field, type: "nominal", title }));
})();
