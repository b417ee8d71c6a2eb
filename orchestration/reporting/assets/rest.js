"use strict";
// What a page does not hold at once: of a segment type weeks, older months and smaller segments.
// They stand in scripts beside it, since a page that is a file may load nothing else.
(() => {
    const { data } = cx;
    const coming = new Map();
    const here = new Set();
    let lacking = "";

    // Whose scripts a page needs: its own, and of the pages that its metrics belong to.
    const needed = (type) =>
        [...new Set([data.page, ...data.metrics_here.map((metric) => data.pages[metric])])].filter((page) =>
            (data.rest[type] || []).includes(page),
        );

    const load = (type, page) =>
        new Promise((done) => {
            const place = data.types.findIndex((known) => known.name === type);
            const script = cx.element("script", { src: `rest/${page}.${place}.js` });
            script.onload = done;
            script.onerror = () => {
                lacking =
                    "Weeks, older months and other segments are in the folder rest, which does not stand beside this page.";
                done();
            };
            document.head.append(script);
        });

    // A script of the folder gives its rows here.
    cx.take = ({ publish, page, values, charts }) => {
        // A page that is open while another publish takes its place mixes nothing of that in.
        if (publish !== data.publish.id) {
            lacking = "Since this page was opened there is a newer one: load it again.";
            return;
        }
        for (const [metric, table] of Object.entries(values))
            if (data.values[metric]) cx.addRows(data.values[metric], table);
        if (page === data.page)
            charts.forEach((table, at) => table && cx.addRows(data.charts[at].table, table));
    };

    // Quarters and years of those with most values are here from the first.
    const isMore = (state) => state.only !== "all" || ["week", "month"].includes(state.grain);
    cx.isToCome = (state) => isMore(state) && !here.has(state.by) && needed(state.by).length > 0;

    cx.fetchRest = ({ by }) => {
        if (!coming.has(by))
            coming.set(by, Promise.all(needed(by).map((page) => load(by, page))).then(() => here.add(by)));
        return coming.get(by);
    };

    cx.lacking = () => lacking;
})();
