"use strict";
// Charts of one segment at a time: waterfall, cohorts, survival.
(() => {
    const colour = cx.colour;

    cx.forms.waterfall = ({ slice, roles, kindOf }) => {
        const row = slice.rows[0];
        if (!row || row[roles.start] === null) return { spec: null, words: "", rows: slice.rows };
        const kind = kindOf(roles.start);
        const steps = [];
        const step = (name, from, to, fill, value) =>
            steps.push({
                name: cx.plain(name.replace("mrr_", "")),
                from,
                to,
                fill,
                top: Math.max(from, to),
                shown: cx.number(kind, value),
                label: cx.isNarrow() ? cx.short(value) : cx.number(kind, value),
            });
        let level = row[roles.start];
        step(roles.start, level, level, "total", level);
        for (const [sign, names] of [
            [1, roles.gains],
            [-1, roles.losses],
        ])
            for (const name of names.split(" ")) {
                const moved = sign * (row[name] ?? 0);
                step(name, level, level + moved, sign > 0 ? "gain" : "loss", moved);
                level += moved;
            }
        step(roles.end, row[roles.end], row[roles.end], "total", row[roles.end]);
        const tooltip = cx.tip(["name", "Step"], ["shown", "MRR"]);
        const scale = { scale: { zero: false, nice: true, padding: 18 } };
        const colours = {
            domain: ["total", "gain", "loss"],
            range: [colour("ink"), colour("plus"), colour("minus")],
        };
        const fill = { field: "fill", type: "nominal", legend: null, scale: colours };
        const y = { field: "from", type: "quantitative", axis: { format: "~s" }, ...scale };
        return {
            spec: {
                height: 240,
                data: { values: steps },
                encoding: {
                    x: {
                        field: "name",
                        type: "nominal",
                        sort: steps.map((one) => one.name),
                        axis: { labelAngle: cx.isNarrow() ? -40 : 0, labelOverlap: false },
                    },
                },
                layer: [
                    {
                        mark: { type: "bar", width: { band: 0.7 } },
                        encoding: { y, y2: { field: "to" }, color: fill, tooltip },
                    },
                    {
                        transform: [{ filter: "datum.fill === 'total'" }],
                        mark: { type: "tick", thickness: 3, width: { band: 0.7 } },
                        encoding: { y, color: fill, tooltip },
                    },
                    {
                        mark: { type: "text", dy: -8, fontSize: 11 },
                        encoding: {
                            y: { field: "top", type: "quantitative", ...scale },
                            text: { field: "label" },
                        },
                    },
                ],
            },
            words: `${cx.sliceWords(slice)}: from ${cx.number(kind, row[roles.start])} to ${cx.number(kind, row[roles.end])}.`,
            rows: slice.rows,
        };
    };

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
