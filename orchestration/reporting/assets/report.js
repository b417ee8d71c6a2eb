"use strict";
// The page: all charts, under what the switches choose.
(() => {
    const { data, element: el } = cx;

    const empty = (table, roles) =>
        table.missing
            ? `Not published: ${table.missing}.`
            : table.rows
              ? "Too few to show here."
              : roles.fills
                ? `Nothing yet: it comes with ${roles.fills}.`
                : cx.nothing();

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
        if (slice.type === "all" && cx.state().by !== "all" && !made.list) add(cx.unlike(cx.state().by, "this"));
        if (made.spec) add(cx.box(made.spec, made.words));
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

    function show() {
        const state = cx.state();
        if (cx.isToCome(state)) {
            cx.fetchRest(state).then(show);
            return;
        }
        cx.showSwitches(state);
        cx.clearBoxes();
        document.querySelectorAll("nav a, a[data-page]").forEach((link) => {
            link.href = link.getAttribute("href").split("#")[0] + cx.address(state);
        });
        if (data.page !== "index")
            document
                .getElementById("metrics")
                .replaceChildren(...data.metrics_here.map((metric) => cx.metricCard(metric, state)));
        document.querySelectorAll("[data-chart]").forEach((card) => {
            const { form: name, roles, sentences, table } = data.charts[Number(card.dataset.chart)];
            const kindOf = (column) =>
                (table.columns.find((known) => known.name === column) || { kind: "number" }).kind;
            const slice = cx.slice(table, state);
            fill(
                card,
                cx.forms[name]({
                    slice,
                    roles,
                    sentences,
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
        document.documentElement.dataset.ready = "";
    }

    const here = document.querySelector("nav [aria-current]");
    here.closest("nav").scrollLeft = here.offsetLeft - 16; // where topics lie beside each other

    let width = window.innerWidth;
    window.addEventListener("resize", () => {
        if (window.innerWidth === width) return;
        width = window.innerWidth;
        clearTimeout(cx.resizing);
        cx.resizing = setTimeout(show, 150);
    });
    window.addEventListener("hashchange", show);
    show();
})();
