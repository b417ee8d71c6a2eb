"use strict";
// How values, segments and periods are written.
const cx = { data: JSON.parse(document.getElementById("data").textContent), forms: {} };

(() => {
    const { metrics, types, currency } = cx.data;
    const formats = new Map();
    const kinds = { count: ",.0f", share: ".1%", points: ".1f", money: ",.0f", number: ",.3g" };
    const code = /^[A-Z]{3}$/.test(currency) ? ` ${currency}` : "";

    const formatOf = (kind) => (metrics[kind] ? metrics[kind].format : kinds[kind]);
    const isMoney = (kind) => kind === "money" || (metrics[kind] && metrics[kind].unit === "currency");

    // Formats are Python's, as the registry has them: [,][.<digits>](d|f|%|g).
    function formatter(format) {
        if (!formats.has(format)) {
            const [, comma, digits, type] = /^(,?)(?:\.(\d+))?([dfg%])$/.exec(format) || [
                null,
                ",",
                "3",
                "g",
            ];
            const places = type === "d" ? 0 : Number(digits ?? 6);
            const style = type === "%" ? "percent" : "decimal";
            const fixed = { minimumFractionDigits: places, maximumFractionDigits: places };
            const written = (precision) =>
                new Intl.NumberFormat("en", { style, useGrouping: comma === ",", ...precision });
            const [exact, whole, short] = [
                written(fixed),
                written({ maximumFractionDigits: 0 }),
                written({ maximumSignificantDigits: places || 1 }),
            ];
            const isLong = (value) => Math.abs(value) >= 10 ** (places - 1);
            const chosen = (value) => (type !== "g" ? exact : isLong(value) ? whole : short);
            formats.set(format, (value) => chosen(value).format(value).replace("-", "−"));
        }
        return formats.get(format);
    }

    // A number for people.
    cx.number = (kind, value) =>
        value === null || value === undefined
            ? ""
            : formatter(formatOf(kind))(value) + (isMoney(kind) ? code : "");

    // Where there is little room: 7.2K.
    const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
    cx.short = (value) => compact.format(value).replace("-", "−");

    cx.axisFormat = (kind) => {
        const format = formatOf(kind) || ",.0f";
        return isMoney(kind) ? "~s" : `${format.slice(0, -1)}~${format.slice(-1)}`;
    };

    cx.plain = (text) => (text === null || text === undefined ? "" : String(text).replaceAll("_", " "));

    // A cell of a table, by the kind of its column.
    cx.cell = (kind, value, row = {}) => {
        if (value === null || value === undefined) return "";
        if (kind === "id") return String(value);
        if (kind === "source") return value.replace(/^raw_(\w+)\./, "$1/");
        if (kind === "date") return String(value).slice(0, 10);
        if (kind === "flag") return value ? "yes" : "no";
        if (kind === "metric") return cx.metric(value);
        if (kind === "of_metric") return cx.number(own(metrics, row.metric) ? row.metric : "number", value);
        if (kind === "months") return `${value} months`;
        if (kind === "p") return value < 0.001 ? "< 0.001" : formatter(".3f")(value);
        return typeof value === "number" && kind !== "text" ? cx.number(kind, value) : cx.plain(value);
    };
    cx.isNumber = (kind) => Boolean(formatOf(kind)) || ["p", "of_metric"].includes(kind);

    // Data may be called as what every object has: constructor, for one.
    const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);
    cx.metric = (name) => (own(metrics, name) || { label: spelled(cx.plain(name)) }).label;

    // What a row says of itself, in the sentence of its case.
    cx.told = ({ columns }, row, template) =>
        template &&
        template.replace(/\{(\w+)\}/g, (_, name) =>
            cx.cell(columns.find((column) => column.name === name).kind, row[name], row),
        );

    cx.capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
    const spelled = (text) =>
        text.replace(/\b(nps|csat|ces|mrr|clv|auc)\b/gi, (found) => found.toUpperCase());

    // A column's name for people: an interval's ends, no `is`, no `id`.
    cx.heading = (name) => {
        if (name === "n") return "Answers";
        const words = cx.plain(name).replace(/^is /, "").replace(/ id$/, "");
        return cx
            .capital(
                spelled(
                    words
                        .replace(/ ci low$|^ci low$/, " from")
                        .replace(/ ci high$|^ci high$/, " to")
                        .trim(),
                ),
            )
            .replace(/ p$/, ", p")
            .replace(/^P\b/, "p");
    };

    const typeOf = (name) => types.find((type) => type.name === name) || { label: name, labels: {} };
    cx.typeLabel = (name) => typeOf(name).label;
    cx.segment = (type, name) =>
        type === "all" || name === "all"
            ? "All"
            : own(typeOf(type).labels, name) || cx.plain(name) || "(no name)";

    cx.period = (grain, start) => {
        if (grain === "all" || !start) return "all of time";
        const [year, month] = start.split("-").map(Number);
        if (grain === "week") return `week of ${start}`;
        if (grain === "year") return String(year);
        if (grain === "quarter") return `${year} Q${Math.floor((month + 2) / 3)}`;
        return start.slice(0, 7);
    };

    cx.interval = (kind, low, high) => {
        if (low === null && high === null) return "";
        if (high === null) return `from ${cx.number(kind, low)}`;
        if (low === null) return `up to ${cx.number(kind, high)}`;
        return `${cx.number(kind, low).replace(code, "")} to ${cx.number(kind, high)}`;
    };

    cx.listed = (words) =>
        words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
})();
