"use strict";
// The first page: changes in words, and a tile for each metric.
(() => {
    const el = cx.element;

    const STATUSES = {
        on_target: ["●", "On target"],
        at_risk: ["▲", "At risk"],
        off_target: ["■", "Off target"],
        undecided: ["◇", "Undecided"],
    };

    // Changes of the whole, each with the segment that is chosen and those that stand out.
    cx.forms.changes = ({ slice, table, state }) => {
        const rows = cx
            .rowsOf(table)
            .filter((row) => row.period_grain === state.grain && row.period_start === slice.start)
            .filter((row) => row.segment_type !== state.by || cx.isAmong(state, row));
        const isReal = (row) => row.p !== null && row.p < 0.05;
        const isChosen = (row) => row.segment_type === state.by && row.segment === state.only;
        const isOf = (whole) => (row) =>
            row.segment_type !== "all" &&
            row.metric === whole.metric &&
            row.instrument_version === whole.instrument_version;
        const link = (row, words, more) => {
            const page = cx.data.pages[row.metric];
            return page ? el("a", { href: `${page}.html${cx.address({ ...state, ...more })}` }, words) : words;
        };
        const segment = (row) =>
            el(
                "li",
                {},
                el("span", { class: "muted" }, `${cx.typeLabel(row.segment_type)}: `),
                link(row, row.sentence, { by: row.segment_type, only: row.segment }),
            );
        const item = (whole) => {
            const sign = whole.whole_change > 0 ? "▲" : "▼";
            const others = rows.filter(isOf(whole));
            const named = [
                ...others.filter(isChosen),
                ...others.filter((row) => isReal(row) && !isChosen(row)).slice(0, 5),
            ];
            return el(
                "li",
                { class: isReal(whole) ? "real" : "chance" },
                el(
                    "p",
                    { class: "verdict" },
                    el("span", { "aria-hidden": "true" }, isReal(whole) ? sign : "≈"),
                    isReal(whole) ? " Real" : " May be chance",
                ),
                el("p", {}, link(whole, whole.sentence, {})),
                named.length ? el("ul", { class: "segments" }, ...named.map(segment)) : null,
            );
        };
        const totals = rows
            .filter((row) => row.segment_type === "all")
            .sort((one, other) => (one.p ?? 1) - (other.p ?? 1));
        return {
            list: totals.length ? el("ul", { class: "changes" }, ...totals.map(item)) : null,
            words: totals.length
                ? `${cx.period(state.grain, slice.start)} against the ${state.grain} before.`
                : "",
            rows: totals,
        };
    };

    // A small course of a metric, told by the sentence beside it.
    function spark(rows) {
        const known = rows.filter((row) => row.value !== null);
        if (known.length < 2) return null;
        const [low, high] = [
            Math.min(...known.map((row) => row.value)),
            Math.max(...known.map((row) => row.value)),
        ];
        const place = (row, at) =>
            `${(at / (known.length - 1)) * 98 + 1},${27 - ((row.value - low) / (high - low || 1)) * 24}`;
        const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        svg.setAttribute("viewBox", "0 0 100 30");
        svg.setAttribute("preserveAspectRatio", "none");
        svg.setAttribute("aria-hidden", "true");
        const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
        line.setAttribute("points", known.map(place).join(" "));
        svg.append(line);
        return svg;
    }

    cx.tile = (metric, state) => {
        const told = cx.data.metrics[metric];
        const slice = cx.slice(cx.data.values[metric], state);
        const row = slice.rows[0];
        if (!row) return null;
        const [sign, status] = STATUSES[row.status] || [];
        const course = slice.course
            .filter((other) => other.period_start)
            .sort((one, other) => (one.period_start < other.period_start ? -1 : 1))
            .slice(-13);
        return el(
            "li",
            {},
            el("h4", {}, el("a", { href: `${cx.data.pages[metric]}.html`, "data-page": "" }, told.label)),
            el("p", { class: "muted" }, cx.sliceWords(slice)),
            el("p", { class: "value" }, row.value === null ? "too few" : cx.number(metric, row.value)),
            el("p", {}, cx.interval(metric, row.ci_low, row.ci_high) || "\u00a0"),
            spark(course),
            el(
                "p",
                { class: "muted" },
                `${cx.number("count", row.denominator)} ${told.counts || ""}`,
            ),
            status
                ? el(
                      "p",
                      { class: `status ${row.status}` },
                      el("span", { "aria-hidden": "true" }, `${sign} `),
                      status,
                      el("span", { class: "muted" }, ` (target ${cx.number(metric, row.target)})`),
                  )
                : el("p", { class: "status muted" }, "No target"),
        );
    };

    cx.forms.tiles = ({ state }) => {
        const topics = new Map();
        for (const metric of Object.keys(cx.data.values)) {
            const tile = cx.tile(metric, state);
            if (!tile) continue;
            const topic = cx.data.titles[cx.data.pages[metric]];
            if (!topics.has(topic)) topics.set(topic, []);
            topics.get(topic).push(tile);
        }
        const absent = cx.data.metrics_here.filter((metric) => !cx.data.values[metric]).map(cx.metric);
        return {
            list: el(
                "div",
                { class: "topics" },
                ...[...topics].map(([topic, made]) =>
                    el("div", {}, el("h3", {}, topic), el("ul", { class: "tiles" }, ...made)),
                ),
                absent.length
                    ? el("p", { class: "muted" }, `Without data, and so not here: ${cx.listed(absent)}.`)
                    : null,
            ),
            rows: [],
            words: "",
        };
    };
})();
