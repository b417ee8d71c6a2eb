"use strict";
// The page: all charts, under what the switches choose.
(() => {
    const { data, element: el } = cx;
    const GRAINS = cx.grains;
    const VALUE_ROLES = { value: "value", low: "ci_low", high: "ci_high", n: "denominator" };

    const files = () => cx.listed(data.files);
    const empty = (table, roles) => {
        if (table.missing) return `Not published: ${table.missing}.`;
        if (table.rows) return "Too few to show here.";
        return roles && roles.fills
            ? `Nothing yet: it comes with ${roles.fills}.`
            : data.files.length
              ? `Nothing yet: it comes with files of ${files()}.`
              : "Nothing here.";
    };

    const unlike = (type, what) =>
        el(
            "p",
            { class: "note" },
            `Overall: ${what} has no segments by ${cx.typeLabel(type).toLowerCase()}.`,
        );

    // Fills a card with what a form made; a chart is drawn when it comes into view.
    function fill(card, made, table, roles, slice) {
        card.querySelectorAll(".made").forEach((old) => old.remove());
        const add = (child) => {
            if (child) {
                child.classList.add("made");
                card.append(child);
            }
        };
        if (made.words) add(el("p", { class: "now" }, cx.capital(made.words)));
        if (slice.type === "all" && cx.state().by !== "all" && !made.list) add(unlike(cx.state().by, "this"));
        if (made.spec) add(box(made.spec, made.words));
        else if (made.list) add(made.list);
        else add(el("p", { class: "note" }, empty(table, roles)));
        const more = el("div", { class: "more" });
        if (made.rows && made.rows.length && (made.spec || made.list))
            more.append(
                cx.details("The same as a table", () => cx.table(table, made.rows, made.words || "Rows")),
            );
        if (cx.definitions(table)) more.append(cx.details("Definitions", () => cx.definitions(table)));
        add(more);
    }

    const waiting = new Map();
    const draw = (place) => {
        const spec = waiting.get(place);
        if (!spec) return;
        waiting.delete(place);
        const parts = spec.hconcat || spec.vconcat || [];
        const room = place.clientWidth - 70;
        const width = spec.hconcat ? Math.min(room - 120, 800) / 2 : Math.max(room, 160);
        parts.forEach((part) => {
            part.width = width;
        });
        cx.draw(place, spec);
    };
    const seen = new IntersectionObserver(
        (entries) => {
            for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
        },
        { rootMargin: "300px" },
    );
    window.addEventListener("beforeprint", () => [...waiting.keys()].forEach(draw));

    function box(spec, words) {
        const place = el("div", { class: "chart", role: "img", "aria-label": words || "Chart" });
        waiting.set(place, spec);
        seen.observe(place);
        return place;
    }

    // A metric over time and across segments.
    function metricCard(metric, state) {
        const told = data.metrics[metric];
        const table = data.values[metric];
        const card = el("section", { class: "card metric", id: metric }, el("h2", {}, told.label));
        if (!table) {
            card.append(el("p", { class: "note" }, `Nothing yet: it comes with files of ${files()}.`));
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
        const named = across.map((other) => ({
            name: cx.segment(slice.type, other.segment),
            value: other.value,
            low: other.ci_low,
            high: other.ci_high,
            n: cx.number("count", other.denominator ?? other.value ?? 0),
            row: other,
            shown: other.value === null ? "too few" : cx.number(metric, other.value),
            interval: cx.interval(metric, other.ci_low, other.ci_high),
        }));
        card.append(
            el(
                "p",
                { class: "now" },
                row
                    ? `${cx.capital(cx.courseWords(slice, VALUE_ROLES, metric).slice(0, -1))} ${told.counts || ""}${row.target === null ? "" : `; target ${cx.number(metric, row.target)}`}.`
                    : "No value in this period.",
            ),
        );
        const trend = cx.trendSpec(slice, VALUE_ROLES, metric, told.counts || "n", row ? row.target : null);
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
                    box(trend, cx.courseWords(slice, VALUE_ROLES, metric)),
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
                    box(dots, cx.acrossWords(slice, named)),
                    el("p", { class: "now" }, cx.acrossWords(slice, named)),
                ),
            );
        else if (state.by !== "all")
            pair.append(
                slice.type === "all"
                    ? unlike(state.by, "this metric")
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
            cx.details(`${GRAINS[slice.grain] || "Period"}s as a table`, () =>
                cx.table(
                    kinds,
                    [...slice.course].sort((one, other) => (one.period_start < other.period_start ? 1 : -1)),
                    `${told.label}, ${cx.sliceWords({ ...slice, grain: null })}`,
                ),
            ),
        );
        more.append(
            cx.details("Definition", () => el("p", { class: "definition" }, data.definitions[metric])),
        );
        card.append(more);
        return card;
    }
    function show() {
        const state = cx.state();
        cx.showSwitches(state);
        waiting.clear();
        document.querySelectorAll("nav a, a[data-page]").forEach((link) => {
            link.href = link.getAttribute("href").split("#")[0] + cx.address(state);
        });
        if (data.page !== "index")
            document
                .getElementById("metrics")
                .replaceChildren(...data.metrics_here.map((metric) => metricCard(metric, state)));
        document.querySelectorAll("[data-chart]").forEach((card) => {
            const { form: name, roles, table } = data.charts[Number(card.dataset.chart)];
            const kindOf = (column) =>
                (table.columns.find((known) => known.name === column) || { kind: "number" }).kind;
            const slice = cx.slice(table, state);
            fill(
                card,
                cx.forms[name]({
                    slice,
                    roles,
                    kindOf,
                    state,
                    table,
                    title: card.querySelector("h2").textContent,
                }),
                table,
                roles,
                slice,
            );
        });
        const told = [
            state.by !== "all" ? `by ${cx.typeLabel(state.by)}` : "",
            state.only !== "all" ? `of ${cx.segment(state.by, state.only)}` : "",
            state.at ? cx.period(state.grain, state.at) : "",
        ]
            .filter(Boolean)
            .join(", ");
        document.getElementById("shown").textContent = `Shown: ${told}`;
    }

    let width = window.innerWidth;
    window.addEventListener("resize", () => {
        if (window.innerWidth === width) return;
        width = window.innerWidth;
        clearTimeout(cx.resizing);
        cx.resizing = setTimeout(show, 150);
    });
    window.addEventListener("hashchange", show);
    show();
    document.documentElement.dataset.ready = "";
})();
