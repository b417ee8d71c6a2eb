"use strict";
// Tables as they came, column by column, made rows; and those of them that the switches choose.
(() => {
    const decode = ({ columns, rows }) => {
        const made = Array.from({ length: rows }, () => ({}));
        for (const { name, values, levels } of columns)
            for (let at = 0; at < rows; at += 1)
                made[at][name] = levels ? (values[at] === -1 ? null : levels[values[at]]) : values[at];
        return made;
    };

    const decoded = new Map();
    const rowsOf = (table) => {
        if (!decoded.has(table)) decoded.set(table, decode(table));
        return decoded.get(table);
    };

    // Rows that came later, beside those that the page has.
    cx.addRows = (table, more) => decoded.set(table, rowsOf(table).concat(decode(more)));

    const distinct = (rows, name) => [...new Set(rows.map((row) => row[name]))];
    const has = (table, name) => table.columns.some((column) => column.name === name);

    // The grain that is chosen, or the nearest that the table has.
    function grainOf(table, rows, chosen) {
        if (!has(table, "period_grain")) return null;
        const grains = distinct(rows, "period_grain");
        const near = chosen === "week" ? ["week", "month"] : [chosen, "quarter", "month"];
        return [...near, "quarter", "year", "all"].find((grain) => grains.includes(grain)) || null;
    }

    const MONTHS = { month: 1, quarter: 3, year: 12 };
    function endOf(grain, start) {
        const [year, month, day] = start.split("-").map(Number);
        const end =
            grain === "week"
                ? Date.UTC(year, month - 1, day + 7)
                : Date.UTC(year, month - 1 + MONTHS[grain], 1);
        return new Date(end).toISOString().slice(0, 10);
    }

    // The period that is chosen, or the newest of another grain that begins within it; else the newest.
    function periodOf(rows, grain, state) {
        const starts = distinct(rows, "period_start").sort();
        if (!state.at) return starts.at(-1) || null;
        if (grain === state.grain && starts.includes(state.at)) return state.at;
        const end = endOf(state.grain, state.at);
        return starts.filter((start) => start < end).at(-1) || starts.at(-1) || null;
    }

    function typeOf(table, rows, chosen) {
        if (!has(table, "segment_type")) return null;
        return rows.some((row) => row.segment_type === chosen) ? chosen : "all";
    }

    // Whether a segment stands among others: those with most values, and the one that is looked at.
    const isAmong = (state, row) => {
        const told = cx.data.types.find((known) => known.name === row.segment_type);
        return !told || told.at_once.includes(row.segment) || row.segment === state.only;
    };

    // What a chart shows of its table under the switches: `whole` and `chosen` over time, `across` segments.
    cx.slice = (table, state) => {
        const rows = rowsOf(table);
        const grain = grainOf(table, rows, state.grain);
        const ofGrain = grain ? rows.filter((row) => row.period_grain === grain) : rows;
        const isDated = has(table, "period_start");
        const start = isDated ? periodOf(ofGrain, grain, state) : null;
        const now = isDated ? ofGrain.filter((row) => row.period_start === start) : ofGrain;
        const type = typeOf(table, now, state.by);
        const isWhole = (row) => type === null || row.segment_type === "all";
        const isType = (row) => row.segment_type === type;
        const isChosen = (row) => isType(row) && row.segment === state.only;
        const segment = type && type !== "all" && ofGrain.some(isChosen) ? state.only : "all";
        const one = segment === "all" ? isWhole : isChosen;
        return {
            grain,
            start,
            type,
            segment,
            rows: now.filter(one),
            whole: now.filter(isWhole),
            across: type === "all" || type === null ? now.filter(isWhole) : now.filter((row) => isType(row) && isAmong(state, row)),
            course: ofGrain.filter(one),
            wholeCourse: segment === "all" ? [] : ofGrain.filter(isWhole),
        };
    };

    cx.rowsOf = rowsOf;
    cx.isAmong = isAmong;
    cx.distinct = distinct;
    cx.hasColumn = has;

    // Segments in the registry's order where they have one, else as `rank` has them.
    cx.inOrder = (rows, type, rank) => {
        const told = cx.data.types.find((known) => known.name === type);
        const places = new Map((told ? told.segments : []).map((name, place) => [name, place]));
        const place = (row) => places.get(row.segment) ?? places.size;
        return [...rows].sort(
            told && !told.is_ordered
                ? (one, other) =>
                      (rank(other) ?? -Infinity) - (rank(one) ?? -Infinity) || place(one) - place(other)
                : (one, other) => place(one) - place(other),
        );
    };

    cx.sliceWords = (slice) => {
        const parts = [];
        if (slice.type !== null)
            parts.push(
                slice.segment === "all"
                    ? "overall"
                    : `${cx.typeLabel(slice.type)}: ${cx.segment(slice.type, slice.segment)}`,
            );
        if (slice.grain) parts.push(cx.period(slice.grain, slice.start));
        return parts.join(", ");
    };
})();
