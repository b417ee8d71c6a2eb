"use strict";
// What becomes of those who began together: cohorts, and survival.
(() => {
    const colour = cx.colour;

    cx.forms.heatmap = ({ slice, roles, kindOf }) => {
        const kind = kindOf(roles.value);
        const values = slice.rows
            .filter((row) => row[roles.value] !== null)
            .map((row) => ({
                row: String(row[roles.row]).slice(0, 7),
                column: row[roles.column],
                value: row[roles.value],
                shown: cx.number(kind, row[roles.value]),
                n: cx.number("count", row[roles.n]),
            }));
        return {
            spec: values.length
                ? {
                      height: 17 * new Set(values.map((row) => row.row)).size,
                      data: { values },
                      mark: { type: "rect", color: colour("accent"), stroke: colour("card") },
                      encoding: {
                          x: {
                              field: "column",
                              type: "ordinal",
                              axis: { labelAngle: 0, title: "months later", orient: "top" },
                          },
                          y: { field: "row", type: "ordinal", axis: { labelLimit: 70 } },
                          fillOpacity: {
                              field: "value",
                              type: "quantitative",
                              scale: { range: [0.04, 1] },
                              legend: {
                                  format: ".0%",
                                  type: "gradient",
                                  gradientThickness: 8,
                                  gradientLength: 120,
                                  orient: "top",
                                  symbolFillColor: colour("accent"),
                              },
                          },
                          tooltip: cx.tip(
                              ["row", "Cohort"],
                              ["column", "Months later"],
                              ["shown", "Value"],
                              ["n", "Customers"],
                          ),
                      },
                  }
                : null,
            words: cx.sliceWords(slice) ? `${cx.sliceWords(slice)}. The darker, the more.` : "",
            rows: slice.rows,
        };
    };

    cx.forms.survival = ({ slice, roles, kindOf }) => {
        const kind = kindOf(roles.value);
        const series = (rows, label) =>
            rows
                .filter((row) => row[roles.value] !== null)
                .map((row) => ({
                    x: row[roles.x],
                    value: row[roles.value],
                    low: row[roles.low],
                    high: row[roles.high],
                    label,
                    shown: cx.number(kind, row[roles.value]),
                    interval: cx.interval(kind, row[roles.low], row[roles.high]),
                    n: cx.number("count", row[roles.n]),
                }));
        const chosen = series(
            slice.rows,
            slice.segment === "all" ? "All" : cx.segment(slice.type, slice.segment),
        );
        const whole = slice.segment === "all" ? [] : series(slice.whole, "All");
        const values = [...whole, ...chosen];
        const last = chosen.at(-1);
        const domain = [...new Set([...chosen, ...whole].map((row) => row.label))];
        const color = {
            field: "label",
            type: "nominal",
            legend: domain.length > 1 ? {} : null,
            scale: { domain, range: [colour("accent"), colour("muted")] },
        };
        const x = {
            field: "x",
            type: "quantitative",
            axis: { title: roles.axis, grid: false, tickMinStep: 1 },
        };
        const one = chosen.length === 1;
        return {
            spec: chosen.length
                ? {
                      height: 220,
                      data: { values },
                      encoding: { x },
                      layer: [
                          {
                              mark: { type: "area", interpolate: "step-after", opacity: 0.15 },
                              encoding: {
                                  y: {
                                      field: "low",
                                      type: "quantitative",
                                      scale: { domainMin: 0 },
                                      axis: { format: ".0%" },
                                  },
                                  y2: { field: "high" },
                                  color,
                              },
                          },
                          {
                              mark: { type: "line", interpolate: "step-after" },
                              encoding: { y: { field: "value", type: "quantitative" }, color },
                          },
                          {
                              mark: { type: "point", opacity: one ? 1 : 0, size: 60 },
                              encoding: {
                                  y: { field: "value", type: "quantitative" },
                                  color,
                                  tooltip: cx.tip(
                                      ["label", "Who"],
                                      ["x", roles.axis],
                                      ["shown", "Share"],
                                      ["interval", "95 % interval"],
                                      ["n", "At risk"],
                                  ),
                              },
                          },
                          ...(one
                              ? [
                                    {
                                        mark: "rule",
                                        encoding: {
                                            y: { field: "low", type: "quantitative" },
                                            y2: { field: "high" },
                                            color,
                                        },
                                    },
                                ]
                              : []),
                      ],
                  }
                : null,
            words: last
                ? `${cx.sliceWords(slice)}${cx.sliceWords(slice) ? ": " : ""}${last.shown} (${last.interval}) after ${last.x} ${roles.unit}.`
                : "",
            rows: slice.rows,
        };
    };
})();
