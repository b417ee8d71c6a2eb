"use strict";
// What the reader chooses: segments, grain and period, shared by the address.
(() => {
    const { data, element: el } = cx;
    const GRAINS = (cx.grains = { week: "Week", month: "Month", quarter: "Quarter", year: "Year" });
    const tables = [...Object.values(data.values), ...data.charts.map((chart) => chart.table)];

    // What can be chosen on this page, of all its tables.
    const choices = (() => {
        const found = { types: new Map(), grains: new Map() };
        for (const table of tables)
            for (const row of cx.rowsOf(table)) {
                if (row.segment_type && row.segment_type !== "all") {
                    if (!found.types.has(row.segment_type)) found.types.set(row.segment_type, new Set());
                    found.types.get(row.segment_type).add(row.segment);
                }
                if (row.period_start && GRAINS[row.period_grain]) {
                    if (!found.grains.has(row.period_grain)) found.grains.set(row.period_grain, new Set());
                    found.grains.get(row.period_grain).add(row.period_start);
                }
            }
        return found;
    })();
    const types = data.types.filter(
        (type) => choices.types.has(type.name) && choices.types.get(type.name).size > 1,
    );
    const grains = Object.keys(GRAINS).filter((grain) => choices.grains.has(grain));
    const periods = (grain) => [...(choices.grains.get(grain) || [])].sort().reverse();

    // The state that an address tells, made one that this page has.
    function read() {
        const told = new URLSearchParams(location.hash.slice(1));
        const type = types.find((known) => known.name === told.get("by")) || types[0];
        const grain =
            grains.find((known) => known === told.get("grain")) ||
            (periods("quarter").length > 1 ? "quarter" : grains[0]);
        const all = periods(grain);
        const only = type && type.segments.includes(told.get("only")) ? told.get("only") : "all";
        return {
            by: type ? type.name : "all",
            only,
            grain,
            at: all.includes(told.get("at")) ? told.get("at") : all[0],
        };
    }

    function address(state) {
        const told = new URLSearchParams();
        for (const [name, value] of Object.entries(state)) if (value) told.set(name, value);
        return `#${told}`;
    }

    const form = document.getElementById("switches");
    const option = (value, label, chosen) =>
        el("option", { value, selected: value === chosen ? "" : null }, label);
    const field = (name, label, options) =>
        el("label", {}, el("span", {}, label), el("select", { name }, ...options));

    // Those that charts compare, and apart from them those that can be looked at beside.
    function segments(type, state) {
        const named = (name) => option(name, cx.segment(type.name, name), state.only);
        const [among, others] = [true, false].map((isAtOnce) =>
            type.segments.filter((name) => type.at_once.includes(name) === isAtOnce).map(named),
        );
        return others.length
            ? [
                  el("optgroup", { label: "With most values" }, ...among),
                  el("optgroup", { label: "Others" }, ...others),
              ]
            : among;
    }

    // What the charts leave out, and where it is.
    function leftOut(type) {
        const others = type.segments.length - type.at_once.length;
        const beyond = type.left_out ? ` ${cx.number("count", type.left_out)} more stand in cx.duckdb.` : "";
        return others
            ? `Charts compare the ${type.at_once.length} with most values; look at ${others === 1 ? "the other" : `any of ${others} others`} to have it beside them.${beyond}`
            : "";
    }

    function showSwitches(state) {
        const type = types.find((known) => known.name === state.by);
        const fields = [];
        if (type) {
            fields.push(
                field(
                    "by",
                    "Compare by",
                    types.map((known) => option(known.name, known.label, state.by)),
                ),
            );
            fields.push(field("only", "Look at", [option("all", "All", state.only), ...segments(type, state)]));
        }
        if (grains.length)
            fields.push(
                field(
                    "grain",
                    "By",
                    grains.map((grain) => option(grain, GRAINS[grain], state.grain)),
                ),
            );
        if (grains.length)
            fields.push(
                field(
                    "at",
                    "Period",
                    periods(state.grain).map((start) =>
                        option(start, cx.period(state.grain, start), state.at),
                    ),
                ),
            );
        const said = [type ? leftOut(type) : "", cx.lacking()].filter(Boolean).join(" ");
        if (said) fields.push(el("p", { class: "muted" }, said));
        const had = document.activeElement && document.activeElement.name;
        form.replaceChildren(...fields);
        form.hidden = !fields.length;
        if (had && form.elements[had]) form.elements[had].focus();
    }

    form.addEventListener("change", ({ target }) => {
        const state = { ...read(), [target.name]: target.value };
        if (target.name === "by") state.only = "all";
        if (target.name === "grain") state.at = null;
        location.hash = address(state);
    });
    form.addEventListener("submit", (event) => event.preventDefault());

    cx.state = read;
    cx.address = address;
    cx.showSwitches = showSwitches;
})();
