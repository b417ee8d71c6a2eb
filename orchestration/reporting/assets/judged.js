"use strict";
// Points that are told apart by whether chance may have made them: drivers, and agents in their groups.
(() => {
    const colour = cx.colour;

    // The rows with their verdict, and the names of those that stand out.
    function judged({ slice, roles, kindOf }, verdicts) {
        const values = cx
            .named(slice.rows, roles, kindOf, slice.type)
            .filter((one) => one.value !== null)
            .map((one) => ({ ...one, verdict: verdicts[one.row[roles.sure] ? 0 : 1] }));
        return { values, out: values.filter((one) => one.verdict === verdicts[0]).map((one) => one.name) };
    }

    // The points by colour and shape, before what tells where chance ends.
    const spec = (values, verdicts, range, { height, behind, point }) =>
        values.length
            ? {
                  height,
                  data: { values: values.map(({ row, ...rest }) => rest) },
                  layer: [
                      ...behind,
                      {
                          mark: { type: "point", size: 75 },
                          encoding: {
                              ...point,
                              color: { field: "verdict", type: "nominal", scale: { domain: verdicts, range } },
                              shape: {
                                  field: "verdict",
                                  type: "nominal",
                                  scale: { domain: verdicts, range: ["diamond", "circle"] },
                              },
                          },
                      },
                  ],
              }
            : null;

    const COUNTS = ["surely counts", "may be chance"];
    const countWords = (slice, out) =>
        `${cx.sliceWords(slice)}: ${out.length ? `what surely counts is ${cx.listed(out)}` : "no driver counts more than chance may give"}.`;

    // How much a driver counts, to the side on which more of it goes.
    cx.forms.drivers = (asked) => {
        const { slice, roles } = asked;
        const { values, out } = judged(asked, COUNTS);
        const [less, more] = (roles.ends || "lower / higher").split(" / ");
        for (const one of values) {
            const sign = one.row[roles.sign] < 0 ? -1 : 1;
            [one.x, one.from, one.to] = [one.value, one.low, one.high].map((value) => sign * value);
        }
        const axis = {
            format: ".1%",
            grid: true,
            labelExpr: "format(abs(datum.value), '.1~%')",
            title: cx.isNarrow() ? `← ${less} · ${more} →` : `← goes with ${less} · goes with ${more} →`,
        };
        const tooltip = cx.tip(
            ["name", "Driver"],
            ["shown", "Accounts for"],
            ["interval", "95 % interval"],
            ["verdict", "That is"],
        );
        const { y, height } = cx.lines(values);
        const x = (field) => ({ field, type: "quantitative", axis });
        const whisker = {
            mark: { type: "rule", color: colour("muted") },
            encoding: { y, x: x("from"), x2: { field: "to" }, tooltip },
        };
        return {
            spec: spec(values, COUNTS, [colour("accent"), colour("muted")], {
                height,
                behind: [whisker, ...cx.line("x", 0)],
                point: { y, x: x("x"), tooltip },
            }),
            words: values.length ? countWords(slice, out) : "",
            rows: slice.rows,
        };
    };

    // Importance beside performance, cut at the means of the drivers.
    cx.forms.quadrant = (asked) => {
        const { slice, roles, kindOf } = asked;
        const { values } = judged(asked, COUNTS);
        for (const one of values) {
            one.across = one.row[roles.across];
            one.stands = cx.number(kindOf(roles.across), one.across);
        }
        const mean = (name) => values.reduce((sum, one) => sum + one[name], 0) / values.length;
        const first = values.filter(
            (one) =>
                one.verdict === COUNTS[0] && one.value > mean("value") && one.across < mean("across"),
        );
        // Of names that would lie over each other, that of the more important stays.
        const span = (name) =>
            Math.max(...values.map((one) => one[name])) - Math.min(...values.map((one) => one[name])) || 1;
        const isNear = (one, other) =>
            Math.abs(one.across - other.across) < span("across") * (cx.isNarrow() ? 0.4 : 0.15) &&
            Math.abs(one.value - other.value) < span("value") * 0.08;
        const labelled = [];
        for (const one of values) {
            const isFree = !labelled.some((other) => isNear(one, other));
            if (isFree) labelled.push(one);
            one.label = isFree ? one.name : "";
        }
        const percent = (field, title) => ({
            field,
            type: "quantitative",
            scale: { zero: false, nice: true, padding: 12 },
            axis: { format: ".2~%", grid: false, title },
        });
        const x = percent("across", "how it stands: from the worst to the best →");
        const y = percent("value", "how much it counts →");
        const tooltip = cx.tip(["name", "Driver"], ["shown", "Accounts for"], ["stands", "Stands at"]);
        const names = {
            mark: { type: "text", dy: -12, fontSize: 12 },
            encoding: { x, y, text: { field: "label" } },
        };
        const lines = [...cx.line("x", mean("across")), ...cx.line("y", mean("value"))];
        const whose = cx.sliceWords(slice);
        return {
            spec: spec(values, COUNTS, [colour("accent"), colour("muted")], {
                height: 300,
                behind: [...lines, names],
                point: { x, y, tooltip },
            }),
            words: !values.length
                ? ""
                : `${whose}: ${first.length ? `what surely counts and stands low is ${cx.listed(first.map((one) => one.name))}` : "nothing that surely counts stands low"}.`,
            rows: slice.rows,
        };
    };

    const DIFFERS = ["beyond chance", "within chance"];

    // A funnel plot of agents: values by number of answers, within limits about the group.
    cx.forms.agents = (asked) => {
        const { slice, roles, kindOf } = asked;
        const kind = kindOf(roles.value);
        const { values, out } = judged(asked, DIFFERS);
        for (const one of values) {
            one.count = one.row[roles.n];
            one.group = cx.plain(one.row.group_name);
        }
        const x = { field: "count", type: "quantitative", axis: { title: "answers", grid: false } };
        const limits = {
            mark: { type: "rule", color: colour("rule"), strokeWidth: 4 },
            encoding: { x, y: cx.quantity("low", kind), y2: { field: "high" } },
        };
        const tooltip = cx.tip(
            ["name", "Agent"],
            ["group", "Group"],
            ["shown", "CSAT"],
            ["interval", "Limits"],
            ["n", "Answers"],
        );
        const beyond = `beyond the limits ${out.length === 1 ? "is" : "are"} ${cx.listed(out)}`;
        return {
            spec: spec(values, DIFFERS, [colour("bad"), colour("accent")], {
                height: 240,
                behind: [limits],
                point: { x, y: cx.quantity("value", kind), tooltip },
            }),
            words: values.length
                ? `${cx.period(slice.grain, slice.start)}: ${out.length ? beyond : "no agent lies beyond the limits"}, of ${values.length}.`
                : "",
            rows: slice.rows,
        };
    };
})();
