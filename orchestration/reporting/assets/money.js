"use strict";
// Money on its way: from start to end, period by period, and what of it is at risk.
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

    cx.forms.movements = ({ slice, roles, kindOf }) => {
        const values = [];
        for (const row of slice.course)
            for (const [sign, names] of [
                [1, roles.gains],
                [-1, roles.losses],
            ])
                for (const name of names.split(" "))
                    values.push({
                        start: row.period_start,
                        period: cx.period(slice.grain, row.period_start),
                        kind: cx.plain(name.replace("mrr_", "")),
                        value: sign * (row[name] ?? 0),
                        shown: cx.number(kindOf(name), sign * (row[name] ?? 0)),
                    });
        const order = [...new Set(values.map((row) => row.kind))];
        return {
            spec: values.length
                ? {
                      height: 210,
                      data: { values },
                      layer: [
                          {
                              mark: cx.bars(slice.grain),
                              encoding: {
                                  x: { ...cx.timeAxis(slice.grain), ...cx.timeUnit(slice.grain) },
                                  y: { field: "value", type: "quantitative", axis: { format: "~s" } },
                                  color: {
                                      field: "kind",
                                      type: "nominal",
                                      sort: order,
                                      scale: { domain: order, range: order.map(colour) },
                                  },
                                  tooltip: cx.tip(
                                      ["period", "Period"],
                                      ["kind", "Movement"],
                                      ["shown", "MRR"],
                                  ),
                              },
                          },
                          ...cx.line("y", 0),
                      ],
                  }
                : null,
            rows: [...slice.course].reverse(),
            words: "",
        };
    };

    cx.forms.bars = ({ slice, roles, kindOf }) => {
        const kind = kindOf(roles.value);
        const values = cx.named(slice.rows, roles, kindOf, slice.type).map(({ row, ...rest }) => ({
            ...rest,
            part: row[roles.part] ?? 0,
            shownPart: cx.number(kind, row[roles.part]),
        }));
        const { y, height } = cx.lines(values);
        const tip = cx.tip(["name", "Name"], ["shown", "All of it"], ["shownPart", "At risk"], ["n", "n"]);
        const bar = (field, fill) => ({
            mark: { type: "bar", color: colour(fill), height: { band: 0.62 } },
            encoding: {
                y,
                x: { field, type: "quantitative", axis: { format: "~s", grid: true } },
                tooltip: tip,
            },
        });
        return {
            spec: values.length
                ? {
                      height,
                      data: { values },
                      layer: [bar("value", "faint"), bar("part", "bad")],
                  }
                : null,
            words: cx.sliceWords(slice),
            rows: slice.rows,
        };
    };
})();
