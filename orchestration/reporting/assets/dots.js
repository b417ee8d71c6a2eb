"use strict";
// Charts across segments or items: dots with whiskers, shares about a middle.
(() => {
    const colour = cx.colour;

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
        const values = cx.named(rows, roles, kindOf, slice.type);
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

    // Shares to the left and right of a middle, and beside them the score with its interval.
    cx.forms.diverging = ({ slice, roles, kindOf, state }) => {
        const kind = kindOf(roles.value);
        const rows = cx.inOrder(slice.across, slice.type, (row) => row[roles.value]);
        const values = cx.named(rows, roles, kindOf, slice.type);
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
