"use strict";
// A metric of the registry: over time, across segments, in words and in tables.
(() => {
    const { data, element: el } = cx;
    const ROLES = { value: "value", low: "ci_low", high: "ci_high", n: "denominator" };

    // Which files would fill what is empty, and which of them are there.
    cx.nothing = () => {
        if (!data.files.length) return "Nothing here.";
        const [absent, there] = [true, false].map((isEmpty) =>
            data.files.filter((file) => data.empty.includes(file) === isEmpty),
        );
        const told = !absent.length
            ? ": these are there, but nothing in them counts here"
            : there.length
              ? `; not there yet: ${cx.listed(absent)}`
              : "";
        return `Nothing yet: it comes with files of ${cx.listed(data.files)}${told}.`;
    };

    cx.unlike = (type, what) =>
        el(
            "p",
            { class: "note" },
            `Overall: ${what} is not here by ${cx.typeLabel(type).toLowerCase()} in this period.`,
        );

    // A metric over time and across segments.
    cx.metricCard = (metric, state) => {
        const told = data.metrics[metric];
        const table = data.values[metric];
        const card = el("section", { class: "card metric", id: metric }, el("h2", {}, told.label));
        const definition = cx.details("Definition", () =>
            el("p", { class: "definition" }, data.definitions[metric]),
        );
        if (!table) {
            card.append(el("p", { class: "note" }, cx.nothing()), el("div", { class: "more" }, definition));
            return card;
        }
        const slice = cx.slice(table, state);
        const row = slice.rows[0];
        const shown = {
            value: [metric, "Value"],
            ci_low: [metric, "From"],
            ci_high: [metric, "To"],
            denominator: ["count", cx.capital(told.counts || "n")],
            target: [metric, "Target"],
        };
        const isAimed = cx.rowsOf(table).some((other) => other.target !== null);
        const kinds = {
            ...table,
            columns: table.columns
                .filter(({ name }) => name !== "status" || isAimed)
                .map((column) => {
                    const [kind, label] = shown[column.name] || ["text"];
                    return { ...column, kind, label };
                }),
        };
        const across = cx.inOrder(slice.across, slice.type, (other) => other.value);
        const named = cx.named(across, ROLES, () => metric, slice.type);
        card.append(
            el(
                "p",
                { class: "now" },
                row
                    ? `${cx.capital(cx.courseWords(slice, ROLES, metric).slice(0, -1))} ${told.counts || ""}${row.target === null ? "" : `; target ${cx.number(metric, row.target)}`}.`
                    : "No value in this period.",
            ),
        );
        const trend = cx.trendSpec(slice, ROLES, metric, told.counts || "n", row ? row.target : null);
        const whole = slice.whole[0];
        const dots =
            slice.type !== "all"
                ? cx.dotsSpec(
                      named,
                      metric,
                      whole ? whole.value : null,
                      (other) => other.segment === state.only,
                  )
                : null;
        const pair = el("div", { class: "pair" });
        if (trend)
            pair.append(
                el(
                    "figure",
                    {},
                    el("figcaption", {}, `By ${slice.grain}`),
                    cx.box(trend, cx.courseWords(slice, ROLES, metric)),
                ),
            );
        if (dots)
            pair.append(
                el(
                    "figure",
                    {},
                    el(
                        "figcaption",
                        {},
                        `By ${cx.typeLabel(slice.type).toLowerCase()}, ${cx.period(slice.grain, slice.start)}`,
                    ),
                    cx.box(dots, cx.acrossWords(slice, named)),
                    el("p", { class: "now" }, cx.acrossWords(slice, named)),
                ),
            );
        else if (state.by !== "all")
            pair.append(
                slice.type === "all"
                    ? cx.unlike(state.by, "this metric")
                    : el("p", { class: "note" }, "Too few in every segment."),
            );
        card.append(pair);
        const more = el("div", { class: "more" });
        if (slice.type !== "all")
            more.append(
                cx.details("Segments as a table", () =>
                    cx.table(kinds, across, `${told.label}, ${cx.period(slice.grain, slice.start)}`),
                ),
            );
        more.append(
            cx.details(`${cx.grains[slice.grain] || "Period"}s as a table`, () =>
                cx.table(
                    kinds,
                    [...slice.course].sort((one, other) => (one.period_start < other.period_start ? 1 : -1)),
                    `${told.label}, ${cx.sliceWords({ ...slice, grain: null })}`,
                ),
            ),
        );
        more.append(definition);
        card.append(more);
        return card;
    };
})();
