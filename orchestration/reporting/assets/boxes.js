"use strict";
// Boxes of charts, each drawn when it comes into view, or when all are printed.
(() => {
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

    cx.box = (spec, words) => {
        const place = cx.element("div", { class: "chart", role: "img", "aria-label": words || "Chart" });
        waiting.set(place, spec);
        seen.observe(place);
        return place;
    };
    cx.clearBoxes = () => waiting.clear();
})();
