"use strict";
// What is no chart: tables, changes in words, tiles, the funnel. All text goes in as text.
(() => {
  cx.element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes))
      if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  };
  const el = cx.element;
  const HIDDEN = ["period_grain", "segment_type"];
  const MOST = 200;

  // Rows as a table; columns that say the same in every row are left to the caption.
  cx.table = (table, rows, caption, isPlain = false) => {
    const columns = table.columns.filter(({ name, kind }) => !HIDDEN.includes(name) && kind !== "sentence")
      .filter(({ name }) => rows.some((row) => row[name] !== null && row[name] !== undefined))
      .filter(({ name }) => !["period_start", "segment"].includes(name) || rows.length === 1 || new Set(rows.map((row) => row[name])).size > 1);
    const text = (column, row) => {
      if (column.name === "period_start") return cx.period(row.period_grain, row.period_start);
      if (column.name === "segment") return cx.segment(row.segment_type, row.segment);
      return cx.cell(column.kind, row[column.name]);
    };
    const label = (column) => column.name === "period_start" ? "Period" : cx.data.metrics[column.name] ? cx.metric(column.name) : cx.heading(column.name);
    const side = (column) => (cx.isNumber(column.kind) && !["period_start", "segment"].includes(column.name) ? "number" : null);
    const head = el("tr", {}, ...columns.map((column) => el("th", { scope: "col", class: side(column) }, label(column))));
    const body = rows.slice(0, MOST).map((row) => el("tr", { class: row.value === null ? "muted" : null },
      ...columns.map((column, at) => el(at ? "td" : "th", { scope: at ? null : "row", class: side(column) }, text(column, row)))));
    const more = rows.length > MOST ? `, the first ${MOST} of ${rows.length}` : "";
    return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
      el("table", {}, el("caption", { class: isPlain ? "hidden" : null }, caption + more), el("thead", {}, head), el("tbody", {}, ...body)));
  };

  // Definitions of the columns that have one.
  cx.definitions = (table) => {
    const told = table.columns.filter((column) => column.definition && !["period_grain", "period_start", "segment_type", "segment"].includes(column.name));
    return told.length ? el("dl", {}, ...told.flatMap((column) => [el("dt", {}, cx.heading(column.name)), el("dd", {}, column.definition)])) : null;
  };

  cx.details = (summary, make) => {
    const details = el("details", {}, el("summary", {}, summary));
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(make() || "");
    });
    return details;
  };

  cx.forms.items = ({ slice, table, roles, title }) => {
    const rows = slice.type && slice.type !== "all" && slice.segment === "all" ? slice.across : slice.rows;
    const caption = [cx.sliceWords({ ...slice, type: null }), rows === slice.across && slice.type !== "all" && slice.type ? `by ${cx.typeLabel(slice.type).toLowerCase()}` : ""].filter(Boolean).join(", ");
    const told = rows.map((row) => row[roles.sentences]).find(Boolean);
    return { list: rows.length ? cx.table(table, rows, caption || title, !caption) : null, rows: [], words: told || "" };
  };

  const STATUSES = { on_target: ["●", "On target"], at_risk: ["▲", "At risk"], off_target: ["■", "Off target"], undecided: ["◇", "Undecided"] };

  cx.forms.changes = ({ slice, table, state }) => {
    const rows = cx.rowsOf(table);
    const totals = rows.filter((row) => row.segment_type === "all" && row.period_grain === state.grain && row.period_start === slice.start);
    const shown = totals.length ? totals : [];
    const item = (row) => {
      const isReal = row.p !== null && row.p < 0.05;
      const up = row.whole_change > 0;
      const others = rows.filter((other) => other.segment_type !== "all" && other.metric === row.metric && other.instrument_version === row.instrument_version
        && other.period_grain === row.period_grain && other.period_start === row.period_start && other.p !== null && other.p < 0.05);
      return el("li", { class: isReal ? "real" : "chance" },
        el("p", { class: "verdict" }, el("span", { "aria-hidden": "true" }, isReal ? (up ? "▲" : "▼") : "≈"), isReal ? " Real" : " May be chance"),
        el("p", { class: "sentence" }, row.sentence),
        others.length ? el("ul", { class: "segments" }, ...others.slice(0, 5).map((other) => el("li", {}, el("span", { class: "muted" }, `${cx.typeLabel(other.segment_type)}: `), other.sentence))) : null);
    };
    const sorted = [...shown].sort((one, other) => (one.p ?? 1) - (other.p ?? 1));
    return {
      list: sorted.length ? el("ul", { class: "changes" }, ...sorted.map(item)) : null,
      words: sorted.length ? `${cx.period(state.grain, slice.start)} against the ${state.grain} before.` : "",
      rows: totals,
    };
  };

  // A small course of a metric, told by the sentence beside it.
  function spark(rows) {
    const known = rows.filter((row) => row.value !== null);
    if (known.length < 2) return null;
    const [low, high] = [Math.min(...known.map((row) => row.value)), Math.max(...known.map((row) => row.value))];
    const place = (row, at) => `${(at / (known.length - 1)) * 98 + 1},${27 - ((row.value - low) / (high - low || 1)) * 24}`;
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
    const course = slice.course.filter((other) => other.period_start).sort((one, other) => (one.period_start < other.period_start ? -1 : 1)).slice(-13);
    return el("li", {},
      el("h4", {}, el("a", { href: `${cx.data.pages[metric]}.html`, "data-page": "" }, told.label)),
      el("p", { class: "muted" }, cx.sliceWords(slice)),
      el("p", { class: "value" }, row.value === null ? "too few" : cx.number(metric, row.value)),
      el("p", {}, cx.interval(metric, row.ci_low, row.ci_high) || "\u00a0"),
      spark(course),
      el("p", { class: "muted" }, `${cx.number("count", row.denominator ?? row.value)} ${told.counts || ""}`),
      status
        ? el("p", { class: `status ${row.status}` }, el("span", { "aria-hidden": "true" }, `${sign} `), status, el("span", { class: "muted" }, ` (target ${cx.number(metric, row.target)})`))
        : el("p", { class: "status muted" }, "No target"));
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
      list: el("div", { class: "topics" },
        ...[...topics].map(([topic, made]) => el("div", {}, el("h3", {}, topic), el("ul", { class: "tiles" }, ...made))),
        absent.length ? el("p", { class: "muted" }, `Without data, and so not here: ${cx.listed(absent)}.`) : null),
      rows: [], words: "",
    };
  };

  cx.forms.funnel = ({ slice, roles, table }) => {
    const rows = slice.rows;
    const most = Math.max(...rows.map((row) => row[roles.n] ?? 0), 1);
    const line = (row) => el("tr", { class: row[roles.value] === null ? "muted" : null },
      el("th", { scope: "row" }, cx.plain(row[roles.name])),
      el("td", { class: "number" }, cx.number("count", row[roles.n])),
      el("td", { class: "bar" }, el("span", { style: `width:${(100 * (row[roles.n] ?? 0)) / most}%` })),
      el("td", { class: "number" }, row[roles.value] === null ? "too few" : cx.number("share", row[roles.value])),
      el("td", { class: "number muted" }, cx.interval("share", row[roles.low], row[roles.high])),
      el("td", { class: "number" }, cx.number("number", row.days_to_next_median)));
    const head = ["Stage", "Entered", "", "Reached the next", "95 % interval", "Median days"];
    return {
      list: rows.length ? el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Funnel" }, el("table", { class: "funnel" }, el("thead", {}, el("tr", {}, ...head.map((name) => el(name ? "th" : "td", { scope: name ? "col" : null }, name)))), el("tbody", {}, ...rows.map(line)))) : null,
      words: cx.sliceWords(slice),
      rows,
    };
  };
})();
