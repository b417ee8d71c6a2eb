"use strict";
// Rows with their names and values in words; dots with whiskers of them, and what they say.
(() => {
    const colour = cx.colour;
    const STEP = 28;

    // Rows to draw: their names, values in words, and in which order.
    cx.named = (rows, roles, kindOf, type) => {
        const kind = kindOf(roles.value);
        const name = (row) =>
            roles.name && roles.name !== "segment"
                ? roles.name
                      .split(" ")
                      .map((part) => cx.cell(kindOf(part), row[part], row))
                      .join(roles.between || ", ")
                : cx.segment(type, row.segment);
        const isUnsound = (row) => Boolean(roles.unsound) && row[roles.case] === roles.unsound;
        return rows.map((row) => ({
            name: isUnsound(row) ? `${cx.capital(roles.unsound)}: ${name(row)}` : name(row),
            unsound: isUnsound(row),
            value: row[roles.value] ?? null,
            low: row[roles.low] ?? null,
            high: row[roles.high] ?? null,
            n: cx.number("count", row[roles.n] ?? 0),
            shown: row[roles.value] === null ? roles.absent || "too few" : cx.number(kind, row[roles.value]),
            interval: cx.interval(kind, row[roles.low] ?? null, row[roles.high] ?? null),
            row,
        }));
    };

    const tooltip = cx.tip(["name", "Name"], ["shown", "Value"], ["interval", "95 % interval"], ["n", "n"]);

    const order = (values) => [...new Set(values.map((row) => row.name))];
    // One line for each name, and how high that is.
    cx.lines = (values) => ({
        y: cx.names("name", order(values)),
        height: STEP * Math.max(order(values).length, 1) + 4,
    });

    cx.dotsSpec = (values, kind, line, isChosen = () => false, axis = {}) => {
        const known = values.filter((row) => row.value !== null);
        if (!known.length) return null;
        const plain = values.map(({ row, ...rest }) => ({ ...rest, chosen: isChosen(row) }));
        const { y: names, height } = cx.lines(values);
        const y = { ...names, ...axis };
        const small = plain
            .filter((row) => row.value === null)
            .map((row) => ({ ...row, note: `${row.shown} (${row.n})` }));
        const either = (...cases) => {
            const value = cases.pop();
            return { condition: cases.map(([test, then]) => ({ test: `datum.${test}`, value: then })), value };
        };
        const color = either(["chosen", colour("ink")], ["unsound", colour("muted")], colour("accent"));
        return {
            height,
            layer: [
                {
                    data: { values: plain },
                    mark: "rule",
                    encoding: {
                        y,
                        x: cx.quantity("low", kind),
                        x2: { field: "high" },
                        color,
                        strokeDash: either(["unsound", [4, 3]], [1, 0]),
                        tooltip,
                    },
                },
                {
                    data: { values: plain },
                    mark: { type: "point", size: 70 },
                    encoding: {
                        y,
                        x: cx.quantity("value", kind),
                        color,
                        shape: either(["unsound", "cross"], "circle"),
                        tooltip,
                    },
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
})();
