"use strict";
// What is no chart: elements, tables, definitions, the funnel. All text goes in as text.
(() => {
    cx.element = (tag, attributes = {}, ...children) => {
        const made = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes))
            if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
        made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
        return made;
    };
    const el = cx.element;
    const HIDDEN = ["period_grain", "segment_type", "listed_of"];
    const MOST = 200;

    // Whether a list has no room for its columns beside each other.
    const isStacked = (columns) => cx.isNarrow() || (columns.length > 8 && window.innerWidth < 1000);

    // Rows as a table; columns that say the same in every row are left to the caption.
    cx.table = (table, rows, caption, isPlain = false) => {
        const columns = table.columns
            .filter(({ name }) => !HIDDEN.includes(name))
            .filter(({ name }) => rows.some((row) => row[name] !== null && row[name] !== undefined))
            .filter(
                ({ name }) =>
                    !["period_start", "segment"].includes(name) ||
                    rows.length === 1 ||
                    new Set(rows.map((row) => row[name])).size > 1,
            );
        const text = (column, row) => {
            if (column.name === "period_start") return cx.period(row.period_grain, row.period_start);
            if (column.name === "segment") return cx.segment(row.segment_type, row.segment);
            return cx.cell(column.kind, row[column.name], row);
        };
        const label = (column) =>
            column.label
                ? column.label
                : column.name === "period_start"
                  ? "Period"
                  : cx.data.metrics[column.name]
                    ? cx.metric(column.name)
                    : cx.heading(column.name);
        const side = (column) =>
            cx.isNumber(column.kind) && !["period_start", "segment"].includes(column.name)
                ? "number"
                : column.kind === "date"
                  ? "date"
                  : null;
        const head = el(
            "tr",
            {},
            ...columns.map((column) => el("th", { scope: "col", class: side(column) }, label(column))),
        );
        const body = rows
            .slice(0, MOST)
            .map((row) =>
                el(
                    "tr",
                    { class: row.value === null ? "muted" : null },
                    ...columns.map((column, at) =>
                        el(
                            at ? "td" : "th",
                            {
                                scope: at ? null : "row",
                                class: side(column),
                                "data-label": at ? label(column) : null,
                            },
                            text(column, row),
                        ),
                    ),
                ),
            );
        const more = rows.length > MOST ? `, the first ${MOST} of ${rows.length}` : "";
        return el(
            "div",
            { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
            el(
                "table",
                { class: isStacked(columns) ? "stacked" : null },
                el("caption", { class: isPlain ? "hidden" : null }, caption + more),
                el("thead", {}, head),
                el("tbody", {}, ...body),
            ),
        );
    };

    // Definitions of the columns that have one.
    cx.definitions = (table) => {
        const told = table.columns.filter(
            (column) =>
                column.definition &&
                !["period_grain", "period_start", "segment_type", "segment"].includes(column.name),
        );
        return told.length
            ? el(
                  "dl",
                  {},
                  ...told.flatMap((column) => [
                      el("dt", {}, cx.heading(column.name)),
                      el("dd", {}, column.definition),
                  ]),
              )
            : null;
    };

    cx.details = (summary, make) => {
        const details = el("details", {}, el("summary", {}, summary));
        details.addEventListener("toggle", () => {
            if (details.open && details.children.length === 1) details.append(make() || "");
        });
        return details;
    };

    // The first of a list of customers, in the segment that is looked at.
    const firstOf = (slice, table, title) => {
        const { rows } = slice;
        const of = rows.length ? rows[0].listed_of : 0;
        return {
            list: rows.length ? cx.table(table, rows, title, true) : null,
            rows: [],
            words: `${cx.sliceWords(slice)}${of > rows.length ? `: the first ${rows.length} of ${cx.number("count", of)}` : ""}.`,
        };
    };

    cx.forms.items = ({ slice, table, title }) => {
        if (cx.hasColumn(table, "listed_of")) return firstOf(slice, table, title);
        const rows =
            slice.type && slice.type !== "all" && slice.segment === "all" ? slice.across : slice.rows;
        const caption = [
            cx.sliceWords({ ...slice, type: null }),
            rows === slice.across && slice.type !== "all" && slice.type
                ? `by ${cx.typeLabel(slice.type).toLowerCase()}`
                : "",
        ]
            .filter(Boolean)
            .join(", ");
        return {
            list: rows.length ? cx.table(table, rows, caption || title, !caption) : null,
            rows: [],
            words: table.of > table.rows ? `The first ${table.rows} of ${cx.number("count", table.of)}.` : "",
        };
    };

    cx.forms.funnel = ({ slice, roles, table }) => {
        const rows = slice.rows;
        const most = Math.max(...rows.map((row) => row[roles.n] ?? 0), 1);
        const line = (row) =>
            el(
                "tr",
                { class: row[roles.value] === null ? "muted" : null },
                el("th", { scope: "row" }, cx.plain(row[roles.name])),
                el("td", { class: "number" }, cx.number("count", row[roles.n])),
                el(
                    "td",
                    { class: "bar" },
                    el("span", { style: `width:${(100 * (row[roles.n] ?? 0)) / most}%` }),
                ),
                el(
                    "td",
                    { class: "number" },
                    row[roles.value] === null ? "too few" : cx.number("share", row[roles.value]),
                ),
                el("td", { class: "number muted" }, cx.interval("share", row[roles.low], row[roles.high])),
                el("td", { class: "number" }, cx.number("number", row.days_to_next_median)),
            );
        const head = ["Stage", "Entered", "", "Reached the next", "95 % interval", "Median days"];
        return {
            list: rows.length
                ? el(
                      "div",
                      { class: "scroll", tabindex: "0", role: "group", "aria-label": "Funnel" },
                      el(
                          "table",
                          { class: "funnel" },
                          el(
                              "thead",
                              {},
                              el(
                                  "tr",
                                  {},
                                  ...head.map((name) =>
                                      name ? el("th", { scope: "col" }, name) : el("td", { class: "bar" }),
                                  ),
                              ),
                          ),
                          el("tbody", {}, ...rows.map(line)),
                      ),
                  )
                : null,
            words: cx.sliceWords(slice),
            rows,
        };
    };
})();
