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

    const COUNTS = ["surely more than chance gives", "no more than chance may give"];
    const countWords = (slice, out) =>
        `${cx.sliceWords(slice)}: ${out.length ? `${cx.listed(out)} ${out.length === 1 ? "counts" : "count"} surely` : "no driver counts more than chance may give"}.`;

    // How much a driver counts, to the side on which more of it goes.
    cx.forms.drivers = (asked) => {
        const { slice, roles } = asked;
        const { values, out } = judged(asked, COUNTS);
        for (const one of values) {
            const sign = one.row[roles.sign] < 0 ? -1 : 1;
            [one.x, one.from, one.to] = [one.value, one.low, one.high].map((value) => sign * value);
        }
        const axis = {
            format: ".1%",
            grid: true,
            labelExpr: "format(abs(datum.value), '.1~%')",
            title: "← goes with lower answers · goes with higher ones →",
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

    const DIFFERS = ["beyond what chance gives", "within what chance gives"];

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
