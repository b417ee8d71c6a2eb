"use strict";
// Charts along time: a trend with its ribbon and the answers beneath, and limits of control.
(() => {
    const colour = cx.colour;

    const dated = (rows, roles, kind) =>
        rows
            .filter((row) => row.period_start)
            .map((row) => ({
                start: row.period_start,
                period: cx.period(row.period_grain, row.period_start),
                value: row[roles.value] ?? null,
                low: row[roles.low] ?? null,
                high: row[roles.high] ?? null,
                n: row[roles.n] ?? 0,
                split: roles.split ? `Version ${cx.plain(row[roles.split])}` : "",
                centre: row[roles.centre] ?? null,
                signal: row[roles.signal] ?? null,
                shown: row[roles.value] === null ? "too few" : cx.number(kind, row[roles.value]),
                interval: cx.interval(kind, row[roles.low] ?? null, row[roles.high] ?? null),
            }))
            .sort((one, other) => (one.start < other.start ? -1 : 1));

    const x = (cx.timeAxis = (grain) => ({
        field: "start",
        type: "temporal",
        scale: { type: "utc" },
        axis: {
            format: grain === "year" ? "%Y" : "%b %Y",
            grid: false,
            labelSeparation: 14,
            tickCount: grain === "year" ? { interval: "year", step: 1 } : 5,
        },
    }));

    // Bars of a calendar period are as wide as it; no unit of time is a week from Monday on.
    const UNITS = { month: "utcyearmonth", quarter: "utcyearquarter", year: "utcyear" };
    cx.bars = (grain) => (grain === "week" ? { type: "bar", width: 3 } : { type: "bar", width: { band: 0.7 } });
    cx.timeUnit = (grain) => (grain === "week" ? {} : { timeUnit: UNITS[grain] || UNITS.month });

    const tooltip = cx.tip(
        ["period", "Period"],
        ["shown", "Value"],
        ["interval", "95 % interval"],
        ["n", "n"],
    );

    // Bars of how many stand behind each point, on the same axis of time.
    const counts = (values, grain, label) => ({
        height: 34,
        data: { values },
        mark: { ...cx.bars(grain), color: colour("muted"), opacity: 0.45 },
        encoding: {
            x: {
                field: "start",
                type: "temporal",
                ...cx.timeUnit(grain),
                axis: null,
                bandPosition: 0,
            },
            y: {
                field: "n",
                type: "quantitative",
                axis: { tickCount: 2, grid: false, format: "~s", title: null },
            },
            tooltip: cx.tip(["period", "Period"], ["n", label]),
        },
    });

    cx.trendSpec = (slice, roles, kind, counted, target) => {
        const values = dated(slice.course, roles, kind);
        if (values.filter((row) => row.value !== null).length < 2) return null;
        const whole = dated(slice.wholeCourse, roles, kind);
        const here = values.filter((row) => row.start === slice.start);
        const split = roles.split
            ? {
                  color: {
                      field: "split",
                      type: "nominal",
                      scale: {
                          range: [colour("accent"), colour("second"), colour("third"), colour("muted")],
                      },
                  },
              }
            : {};
        const y = cx.quantity("value", kind);
        const band = { y: cx.quantity("low", kind), y2: { field: "high" } };
        const course = {
            height: 180,
            encoding: { x: x(slice.grain) },
            layer: [
                ...(whole.length
                    ? [
                          {
                              data: { values: whole },
                              mark: {
                                  type: "line",
                                  color: colour("muted"),
                                  strokeWidth: 1.5,
                                  strokeDash: [2, 2],
                              },
                              encoding: { y, detail: { field: "split", type: "nominal" } },
                          },
                      ]
                    : []),
                {
                    data: { values },
                    mark: { type: "area", ...(roles.split ? { opacity: 0.12 } : {}) },
                    encoding: { ...band, ...(roles.split ? { fill: { ...split.color, legend: null } } : {}) },
                },
                { data: { values }, mark: "line", encoding: { y, ...split } },
                { data: { values }, mark: { type: "point", size: 26 }, encoding: { y, tooltip, ...split } },
                {
                    data: { values: here },
                    mark: { type: "point", size: 110, filled: false, strokeWidth: 2, color: colour("ink") },
                    encoding: { y, tooltip },
                },
                ...cx.line("y", target),
            ],
        };
        return { vconcat: [course, counts(values, slice.grain, counted)], spacing: 6 };
    };

    cx.forms.trend = ({ slice, roles, kindOf }) => ({
        spec: cx.trendSpec(slice, roles, kindOf(roles.value), "n", null),
        rows: [...slice.course].reverse(),
        words: cx.courseWords(slice, roles, kindOf(roles.value)),
    });

    cx.courseWords = (slice, roles, kind) => {
        const now = slice.course.filter((row) => row.period_start === slice.start);
        if (!now.length) return "";
        return `${cx.sliceWords(slice)}: ${cx.listed(now.map((row) => cx.valueWords(row, roles, kind)))}.`;
    };

    cx.valueWords = (row, roles, kind) => {
        const name = roles.split ? `version ${row[roles.split]} ` : "";
        const n = roles.n ? cx.number("count", row[roles.n] ?? 0) : "";
        if (row[roles.value] === null) return `${name}too few${n ? ` (${n})` : ""}`;
        const interval = cx.interval(kind, row[roles.low] ?? null, row[roles.high] ?? null);
        return `${name}${cx.number(kind, row[roles.value])}${interval ? ` (${interval})` : ""}${n ? ` of ${n}` : ""}`;
    };

    cx.forms.control = ({ slice, roles, kindOf }) => {
        const kind = kindOf(roles.value);
        const values = dated(slice.course, roles, kind);
        const out = values.filter((row) => row.signal && row.signal !== "none");
        const limited = values.filter((row) => row.low !== null);
        const y = cx.quantity("value", kind);
        const limit = (field) => ({
            data: { values },
            mark: {
                type: "line",
                interpolate: "step",
                strokeWidth: 1,
                strokeDash: [4, 3],
                color: colour("muted"),
            },
            encoding: { y: cx.quantity(field, kind) },
        });
        const spec =
            values.filter((row) => row.value !== null).length < 2
                ? null
                : {
                      height: 190,
                      encoding: { x: x(slice.grain) },
                      layer: [
                          {
                              data: { values },
                              mark: {
                                  type: "area",
                                  interpolate: "step",
                                  color: colour("muted"),
                                  opacity: 0.1,
                              },
                              encoding: { y: cx.quantity("low", kind), y2: { field: "high" } },
                          },
                          limit("low"),
                          limit("high"),
                          limit("centre"),
                          { data: { values }, mark: { type: "line", strokeWidth: 1.5 }, encoding: { y } },
                          { data: { values }, mark: { type: "point", size: 30 }, encoding: { y, tooltip } },
                          {
                              data: { values: out },
                              mark: { type: "point", size: 130, shape: "diamond", color: colour("bad") },
                              encoding: {
                                  y,
                                  tooltip: cx.tip(
                                      ["period", "Period"],
                                      ["shown", "Value"],
                                      ["signal", "Signal"],
                                  ),
                              },
                          },
                      ],
                  };
        const last = values.at(-1);
        const beyond =
            last &&
            last.value !== null &&
            (last.value < last.low ? "below" : last.value > last.high ? "above" : "");
        const unjudged =
            last && last.signal === null && last.low !== null
                ? ` ${last.period} is judged once an answer of its last day, or of a later one, has come${beyond ? `; so far it lies ${beyond} the limits` : ""}.`
                : "";
        const words = !limited.length
            ? `${cx.sliceWords(slice)}: too few periods to set limits.`
            : out.length
              ? `${cx.sliceWords(slice)}: out of control in ${out.length > 4 ? `${out.length} periods, the last of them ` : ""}${cx.listed(out.slice(-4).map((row) => `${row.period} (${cx.plain(row.signal)})`))}.${unjudged}`
              : `${cx.sliceWords(slice)}: no period that is judged stands out from what chance gives.${unjudged}`;
        return { spec, words, rows: [...slice.course].reverse() };
    };
})();
