"use strict";
// Charts across segments or items: dots with whiskers, shares about a middle, drivers, agents, bars.
(() => {
    const colour = cx.colour;
    const STEP = 28;

    // Rows to draw: their names, values in words, and in which order.
    function named(rows, roles, kind, type, kindOf = () => "text") {
        return rows.map((row) => ({
            name:
                roles.name && roles.name !== "segment"
                    ? roles.name
                          .split(" ")
                          .map((part) => cx.cell(kindOf(part), row[part]))
                          .join(", ")
                    : cx.segment(type, row.segment),
            value: row[roles.value] ?? null,
            low: row[roles.low] ?? null,
            high: row[roles.high] ?? null,
            n: cx.number("count", row[roles.n] ?? 0),
            shown: row[roles.value] === null ? "too few" : cx.number(kind, row[roles.value]),
            interval: cx.interval(kind, row[roles.low] ?? null, row[roles.high] ?? null),
            row,
        }));
    }

    const tooltip = cx.tip(["name", "Name"], ["shown", "Value"], ["interval", "95 % interval"], ["n", "n"]);

    const order = (values) => [...new Set(values.map((row) => row.name))];
    const tall = (values) => STEP * Math.max(order(values).length, 1) + 4;

    cx.dotsSpec = (values, kind, line, isChosen = () => false, axis = {}) => {
        const known = values.filter((row) => row.value !== null);
        if (!known.length) return null;
        const plain = values.map(({ row, ...rest }) => ({ ...rest, chosen: isChosen(row) }));
        const y = { ...cx.names("name", order(values)), ...axis };
        const small = plain
            .filter((row) => row.value === null)
            .map((row) => ({ ...row, note: `too few (${row.n})` }));
        const highlight = {
            condition: { test: "datum.chosen", value: colour("ink") },
            value: colour("accent"),
        };
        return {
            height: tall(values),
            layer: [
                {
                    data: { values: plain },
                    mark: "rule",
                    encoding: {
                        y,
                        x: cx.quantity("low", kind),
                        x2: { field: "high" },
                        color: highlight,
                        tooltip,
                    },
                },
                {
                    data: { values: plain },
                    mark: { type: "point", size: 70 },
                    encoding: { y, x: cx.quantity("value", kind), color: highlight, tooltip },
                },
                {
                    data: { values: small },
                    mark: { type: "text", align: "left", color: colour("muted"), fontStyle: "italic" },
                    encoding: { y, x: { value: 6 }, text: { field: "note" } },
                },
                ...cx.line("x", line),
            ],
        };
    };

    // Which is highest and which lowest, and where all together stand.
    cx.acrossWords = (slice, values, whole = "") => {
        const known = values.filter((row) => row.value !== null);
        const small = values.length - known.length;
        if (!known.length) return whole;
        const sorted = [...known].sort((one, other) => other.value - one.value);
        const [first, last] = [sorted[0], sorted.at(-1)];
        const told = (row) => `${row.name} ${row.shown}${row.interval ? ` (${row.interval})` : ""}`;
        const words =
            known.length === 1 ? `${told(first)}.` : `Highest ${told(first)}, lowest ${told(last)}.`;
        return (
            whole + words + (small ? ` ${small === 1 ? "One has" : `${small} have`} too few to tell.` : "")
        );
    };

    // What the rows say themselves, in a column of sentences.
    const sentences = (rows, roles) =>
        [...new Set(rows.map((row) => row[roles.sentences]).filter(Boolean))].join(" ");

    const wholeWords = (slice, roles, kind) => {
        const [row] = slice.whole;
        return slice.type === "all" || !row || row[roles.value] === null
            ? ""
            : `Overall ${cx.valueWords(row, roles, kind)}. `;
    };

    const when = (slice) => (slice.grain ? `${cx.period(slice.grain, slice.start)}. ` : "");

    cx.forms.dots = ({ slice, roles, kindOf, state }) => {
        const kind = kindOf(roles.value);
        const isAcross = roles.name === "segment";
        const rows = isAcross ? cx.inOrder(slice.across, slice.type, (row) => row[roles.value]) : slice.rows;
        const values = named(rows, roles, kind, slice.type, kindOf);
        return {
            spec: cx.dotsSpec(
                values,
                kind,
                roles.line === undefined ? undefined : Number(roles.line),
                (row) => isAcross && row.segment === state.only,
            ),
            words:
                sentences(rows, roles) ||
                `${isAcross ? when(slice) : `${cx.sliceWords(slice)}${cx.sliceWords(slice) ? ". " : ""}`}${cx.acrossWords(slice, values, isAcross ? wholeWords(slice, roles, kind) : "")}`,
            rows,
        };
    };

    cx.forms.bars = ({ slice, roles, kindOf }) => {
        const kind = kindOf(roles.value);
        const values = named(slice.rows, roles, kind, slice.type, kindOf).map(({ row, ...rest }) => ({
            ...rest,
            part: row[roles.part] ?? 0,
            shownPart: cx.number(kind, row[roles.part]),
        }));
        const y = cx.names("name", order(values));
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
                      height: tall(values),
                      data: { values },
                      layer: [bar("value", "faint"), bar("part", "bad")],
                  }
                : null,
            words: cx.sliceWords(slice),
            rows: slice.rows,
        };
    };

    // Shares to the left and right of a middle, and beside them the score with its interval.
    cx.forms.diverging = ({ slice, roles, kindOf, state }) => {
        const kind = kindOf(roles.value);
        const rows = cx.inOrder(slice.across, slice.type, (row) => row[roles.value]);
        const values = named(rows, roles, kind, slice.type, kindOf);
        const parts = [];
        const labels = ["negative", "neutral", "positive"].map((part) => cx.plain(roles[part]));
        rows.forEach((row, at) => {
            const counts = ["negative", "neutral", "positive"].map((part) => row[roles[part]] ?? 0);
            const all = counts.reduce((sum, count) => sum + count, 0);
            if (!all || values[at].value === null) return;
            const [negative, neutral, positive] = counts.map((count) => count / all);
            const ends = [-neutral / 2 - negative, -neutral / 2, neutral / 2, neutral / 2 + positive];
            labels.forEach((part, place) =>
                parts.push({
                    name: values[at].name,
                    part,
                    from: ends[place],
                    to: ends[place + 1],
                    share: cx.number("share", [negative, neutral, positive][place]),
                    n: cx.number("count", counts[place]),
                }),
            );
        });
        const y = cx.names("name", order(values));
        const isNarrow = cx.isNarrow();
        const bars = {
            data: { values: parts },
            height: tall(values),
            mark: { type: "bar", height: { band: 0.7 } },
            encoding: {
                y,
                x: {
                    field: "from",
                    type: "quantitative",
                    axis: { format: ".0%", grid: false, labelExpr: "format(abs(datum.value), '.0%')" },
                },
                x2: { field: "to" },
                color: {
                    field: "part",
                    type: "nominal",
                    sort: labels,
                    scale: { domain: labels, range: [colour("minus"), colour("faint"), colour("plus")] },
                },
                tooltip: cx.tip(["name", "Name"], ["part", "Answer"], ["share", "Share"], ["n", "n"]),
            },
        };
        const whole = slice.whole[0];
        const dots = cx.dotsSpec(
            values,
            kind,
            whole && slice.type !== "all" ? whole[roles.value] : undefined,
            (row) => row.segment === state.only,
            isNarrow ? {} : { axis: null },
        );
        return {
            spec:
                parts.length && dots
                    ? isNarrow
                        ? { vconcat: [bars, dots], spacing: 18 }
                        : { hconcat: [bars, dots], spacing: 18 }
                    : null,
            words: `${when(slice)}${cx.acrossWords(slice, values, wholeWords(slice, roles, kind))}`,
            rows,
        };
    };

    // How much a driver counts, to the side on which more of it goes.
    cx.forms.drivers = ({ slice, roles, kindOf }) => {
        const kind = kindOf(roles.value);
        const values = named(slice.rows, roles, kind, slice.type, kindOf).map(({ row, ...rest }) => {
            const sign = row[roles.sign] < 0 ? -1 : 1;
            return {
                ...rest,
                x: sign * row[roles.value],
                from: sign * row[roles.low],
                to: sign * row[roles.high],
                sure: row[roles.sure] ? "surely more than chance gives" : "no more than chance may give",
            };
        });
        const sure = values.filter((row) => row.sure.startsWith("surely"));
        const axis = {
            format: ".1%",
            grid: true,
            labelExpr: "format(abs(datum.value), '.1~%')",
            title: "← goes with lower answers · goes with higher ones →",
        };
        const fill = {
            field: "sure",
            type: "nominal",
            scale: {
                domain: ["surely more than chance gives", "no more than chance may give"],
                range: [colour("accent"), colour("muted")],
            },
        };
        const tip = cx.tip(
            ["name", "Driver"],
            ["shown", "Accounts for"],
            ["interval", "95 % interval"],
            ["sure", "That is"],
        );
        const y = cx.names("name", order(values));
        return {
            spec: values.length
                ? {
                      height: tall(values),
                      data: { values },
                      layer: [
                          {
                              mark: "rule",
                              encoding: {
                                  y,
                                  x: { field: "from", type: "quantitative", axis },
                                  x2: { field: "to" },
                                  color: fill,
                                  tooltip: tip,
                              },
                          },
                          {
                              mark: { type: "point", size: 70 },
                              encoding: {
                                  y,
                                  x: { field: "x", type: "quantitative", axis },
                                  color: fill,
                                  tooltip: tip,
                              },
                          },
                          ...cx.line("x", 0),
                      ],
                  }
                : null,
            words: !values.length
                ? ""
                : `${cx.sliceWords(slice)}: ${sure.length ? `${cx.listed(sure.map((row) => row.name))} ${sure.length === 1 ? "counts" : "count"} surely` : "no driver counts more than chance may give"}.`,
            rows: slice.rows,
        };
    };

    // A funnel plot of agents: values by number of answers, within limits about the group.
    cx.forms.agents = ({ slice, roles, kindOf }) => {
        const kind = kindOf(roles.value);
        const values = named(slice.rows, roles, kind, slice.type, kindOf)
            .filter((row) => row.value !== null)
            .map(({ row, ...rest }) => ({
                ...rest,
                count: row[roles.n],
                group: cx.plain(row.group_name),
                centre: row[roles.centre],
                out: row[roles.sure] ? "beyond what chance gives" : "within what chance gives",
            }));
        const out = values.filter((row) => row.out.startsWith("beyond"));
        const fill = {
            field: "out",
            type: "nominal",
            scale: {
                domain: ["beyond what chance gives", "within what chance gives"],
                range: [colour("bad"), colour("accent")],
            },
        };
        return {
            spec: values.length
                ? {
                      height: 240,
                      data: { values },
                      encoding: {
                          x: {
                              field: "count",
                              type: "quantitative",
                              axis: { title: "answers", grid: false },
                          },
                      },
                      layer: [
                          {
                              mark: { type: "rule", color: colour("rule"), strokeWidth: 4 },
                              encoding: { y: cx.quantity("low", kind), y2: { field: "high" } },
                          },
                          {
                              mark: { type: "point" },
                              encoding: {
                                  y: cx.quantity("value", kind),
                                  color: fill,
                                  shape: {
                                      field: "out",
                                      type: "nominal",
                                      legend: null,
                                      scale: { range: ["diamond", "circle"] },
                                  },
                                  tooltip: cx.tip(
                                      ["name", "Agent"],
                                      ["group", "Group"],
                                      ["shown", "CSAT"],
                                      ["interval", "Limits"],
                                      ["n", "Answers"],
                                  ),
                              },
                          },
                      ],
                  }
                : null,
            words: !values.length
                ? ""
                : `${cx.period(slice.grain, slice.start)}: ${out.length ? `beyond the limits ${out.length === 1 ? "is" : "are"} ${cx.listed(out.map((row) => row.name))}` : "no agent lies beyond the limits"}, of ${values.length}.`,
            rows: slice.rows,
        };
    };
})();
