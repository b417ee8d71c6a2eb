"use strict";
// Charts across segments or items: dots with whiskers, shares about a middle.
(() => {
    const colour = cx.colour;

    // What the rows say themselves.
    const told = ({ table, sentences, roles }, rows) =>
        [...new Set(rows.map((row) => cx.told(table, row, sentences[roles.case ? row[roles.case] : "all"])))]
            .filter(Boolean)
            .join(" ");

    const wholeWords = (slice, roles, kind) => {
        const [row] = slice.whole;
        return slice.type === "all" || !row || row[roles.value] === null
            ? ""
            : `Overall ${cx.valueWords(row, roles, kind)}. `;
    };

    const when = (slice) => (slice.grain ? `${cx.period(slice.grain, slice.start)}. ` : "");

    cx.forms.dots = (asked) => {
        const { slice, roles, kindOf, state } = asked;
        const kind = kindOf(roles.value);
        const isAcross = roles.name === "segment";
        const rows = isAcross ? cx.inOrder(slice.across, slice.type, (row) => row[roles.value]) : slice.rows;
        const values = cx.named(rows, roles, kindOf, slice.type);
        return {
            spec: cx.dotsSpec(
                values,
                kind,
                roles.line === undefined ? undefined : Number(roles.line),
                (row) => isAcross && row.segment === state.only,
            ),
            words:
                told(asked, rows) ||
                `${isAcross ? when(slice) : `${cx.sliceWords(slice)}${cx.sliceWords(slice) ? ". " : ""}`}${cx.acrossWords(slice, values, isAcross ? wholeWords(slice, roles, kind) : "")}`,
            rows,
        };
    };

    // Several shares of two sides, one beside the other: a line a share, a colour and a form a side.
    cx.forms.pairs = ({ slice, roles, kindOf }) => {
        const [row] = slice.rows;
        const [names, sides] = [roles.names, roles.sides].map((told) => told.split(" / "));
        const counted = roles.of.split(" ");
        const values = roles.values.split(" ").flatMap((share, at) =>
            ["", `_${roles.against}`].map((side, place) => ({
                name: names[at],
                side: sides[place],
                value: row ? row[share + side] : null,
                low: row ? row[`${share}${side}_ci_low`] : null,
                high: row ? row[`${share}${side}_ci_high`] : null,
                n: cx.number("count", row ? row[counted[at] + side] : null),
                kind: kindOf(share),
            })),
        );
        const known = values
            .filter((one) => one.value !== null)
            .map((one) => ({
                ...one,
                shown: cx.number(one.kind, one.value),
                interval: cx.interval(one.kind, one.low, one.high),
            }));
        const { y, height } = cx.lines(known);
        const side = (range) => ({ field: "side", type: "nominal", scale: { domain: sides, range } });
        const shared = {
            y,
            yOffset: { field: "side", sort: sides },
            color: side([colour("accent"), colour("second")]),
            tooltip: cx.tip(
                ["name", "What"],
                ["side", "Who"],
                ["shown", "Share"],
                ["interval", "95 % interval"],
                ["n", "n"],
            ),
        };
        const kind = kindOf(roles.values.split(" ")[0]);
        return {
            spec: known.length
                ? {
                      height: height * 1.6,
                      data: { values: known },
                      layer: [
                          {
                              mark: "rule",
                              encoding: { ...shared, x: cx.quantity("low", kind), x2: { field: "high" } },
                          },
                          {
                              mark: { type: "point", size: 70 },
                              encoding: {
                                  ...shared,
                                  x: cx.quantity("value", kind),
                                  shape: side(["circle", "diamond"]),
                              },
                          },
                      ],
                  }
                : null,
            words: known.length
                ? `${cx.sliceWords(slice)}: ${cx.listed(known.map((one) => `${one.name}, ${one.side} ${one.shown} (${one.interval})`))}.`
                : "",
            rows: slice.rows,
        };
    };

    // Shares to the left and right of a middle, and beside them the score with its interval.
    cx.forms.diverging = ({ slice, roles, kindOf, state }) => {
        const kind = kindOf(roles.value);
        const rows = cx.inOrder(slice.across, slice.type, (row) => row[roles.value]);
        const countsOf = (row) => ["negative", "neutral", "positive"].map((part) => row[roles[part]] ?? 0);
        const allOf = (row) => countsOf(row).reduce((sum, count) => sum + count, 0);
        const values = cx
            .named(rows, roles, kindOf, slice.type)
            .map((one) => ({ ...one, n: cx.number("count", allOf(one.row)) }));
        const parts = [];
        const labels = ["negative", "neutral", "positive"].map((part) => cx.plain(roles[part]));
        rows.forEach((row, at) => {
            const [counts, all] = [countsOf(row), allOf(row)];
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
        const { y, height } = cx.lines(values);
        const isNarrow = cx.isNarrow();
        const bars = {
            data: { values: parts },
            height,
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
})();
