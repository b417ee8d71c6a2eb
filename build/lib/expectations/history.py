"""Checks of a delivery against the days before it, the same for every raw table.

They compare event days that came with the eight weeks before each, as they stand in the raw table
(see orchestration/loading/day_profiles.py). A day is warned of when it differs by as much as
matters, and by more than chance explains at its number of rows. Chance is what the days before
show: where they vary more than counts must, so may this one. All only warn: a business may well
change overnight. A table with too little history passes.
"""

from expectations.suite import Expectation, no_rows
from orchestration.contract import SourceTable

# Each day is compared with this many days before it, if that many of them had rows; days of the
# week differ, and from three weeks on each is compared with its like.
HISTORY_DAYS = 56
LEAST_HISTORY_DAYS = 7
LEAST_DAYS_BY_WEEKDAY = 21
# How likely a check may raise a false alarm in a delivery of a steady source; there are four, so
# that all of a source's tables together stay well below one in a hundred.
FALSE_ALARMS = 0.0005
# As much as matters: rows of a day are more or fewer than usual by this factor,
VOLUME_FACTOR = 1.5
# a share of rows (of nulls, distinct values, or the most common value) lies this far off,
SHARE_TOLERANCE = 0.1
# and a distribution has another shape by this index, from which on it is commonly said to have
# shifted (Siddiqi 2006, Credit Risk Scorecards).
LARGEST_STABILITY_INDEX = 0.25
# Values expected less often than this are taken together, so that chi-square holds.
LEAST_EXPECTED = 5
# An empty bin counts as this share, as its logarithm is taken.
LEAST_SHARE = 0.0001


def as_before(table: SourceTable) -> tuple[Expectation, ...]:
    """Volume, shares of nulls and of distinct values, and distributions are as before."""
    checks = [
        _warning("rows_per_day_are_as_before", _VOLUMES),
        _warning("null_shares_are_as_before", _NULLS),
        _warning("distinct_shares_are_as_before", _DISTINCT),
    ]
    if any(column.distribution_within for column in table.columns):
        checks.append(_warning("distributions_are_as_before", _DISTRIBUTIONS))
    return tuple(checks)


def _warning(name: str, comparison: str) -> Expectation:
    sql = f"""
        with {comparison}
        select * from found where exists (select * from {{batch}}) order by all
    """
    return no_rows(name, sql, severity="warning", is_of_delivery=True)


def _z_of_t(t: str, df: str) -> str:
    """SQL for the normal deviate of Student's t, which is below it as long as days are few.

    Wallace (1959), Bounds on normal approximations to Student's and the chi-square distributions.
    """
    return f"sqrt({df} * ln(1 + pow({t}, 2) / ({df}))) * (8 * ({df}) + 1) / (8 * ({df}) + 3)"


def _z_of_chi_square(x: str, df: str) -> str:
    """SQL for the normal deviate of a chi-square, by Wilson and Hilferty (1931)."""
    share = f"2.0 / (9 * ({df}))"
    return f"(pow({x} / ({df}), 1.0 / 3) - 1 + {share}) / sqrt({share})"


def _beyond_chance(z: str, comparisons: str) -> str:
    """SQL for whether any of so many comparisons reaches a deviate too rarely to be chance.

    The tails of the normal distribution beyond z are less than sqrt(2 / pi) exp(-z^2 / 2) / z.
    """
    tails = f"sqrt(2 / pi()) * exp(-pow({z}, 2) / 2) / ({z})"
    return f"{z} > 2 and {tails} * {comparisons} < {FALSE_ALARMS}"


def _surprise(count: str, expected: str) -> str:
    return f"if({count} > 0, {count} * ln({count} / ({expected})), 0)"


# Days of which most rows came now, so that a few late ones do not speak for a day.
_CAME = """
    came as (
        select came_days.day, came_days.rows + coalesce(known_days.rows, 0) as rows
        from came_days left join known_days using (day)
        where came_days.rows >= coalesce(known_days.rows, 0)
    )
"""

# The last day is unfinished where deliveries come within a day: it is judged with the next, unless
# days have come whole so far, and it is over by the clock.
_VOLUMES = f"""
    {_CAME},
    source as (
        select greatest(newest_days.came, newest_days.known) as newest, newest_days.known,
            (select max(_loaded_at) from {{batch}}) as loaded_at,
            (select quantile_cont(first_rows / rows, 0.1) from known_days) >= 0.9 as is_whole
        from newest_days
    ),
    finished as (
        select came.* from came cross join source
        where day < newest or (is_whole and day < cast(loaded_at as date))
        union
        select known_days.day, known_days.rows + coalesce(came_days.rows, 0)
        from known_days inner join source on day = source.known and day < newest
        left join came_days using (day)
        where not is_whole
    ),
    before as (
        select finished.day, finished.rows, days_ago, coalesce(known_days.rows, 0) as rows_before,
            min(known_days.day) over (partition by finished.day) as first_day,
            count(known_days.day) over (partition by finished.day) as days_with_rows
        from finished
        cross join range(1, {HISTORY_DAYS} + 1) as days(days_ago)
        left join known_days on known_days.day = finished.day - days_ago::integer
    ),
    like_days as (
        select *, if(day - first_day >= {LEAST_DAYS_BY_WEEKDAY}, days_ago % 7, 0) as kind
        from before
        where days_with_rows >= {LEAST_HISTORY_DAYS} and day - days_ago::integer >= first_day
    ),
    kinds as (
        select day, rows, kind, avg(rows_before) as usual, count(*) as days,
            var_pop(rows_before) * count(*) as squares
        from like_days group by all
    ),
    judged as (
        select day, rows, max(usual) filter (kind = 0) as usual,
            max(days) filter (kind = 0) as like_days,
            sum(days) - count(*) as df,
            greatest(1, sum(squares / greatest(usual, 1)) / (sum(days) - count(*))) as dispersion
        from kinds group by all
    ),
    scored as (
        select *, count(*) over () as comparisons,
            2 * abs(sqrt(rows + 0.375) - sqrt(usual + 0.375))
                / sqrt(dispersion * (1 + 1 / like_days)) as t,
            {_z_of_t("t", "df")} as z
        from judged
    ),
    found as (
        select day, rows, round(usual, 1) as usual_before from scored
        where {_beyond_chance("z", "comparisons")}
            and not rows between usual / {VOLUME_FACTOR} and usual * {VOLUME_FACTOR}
    )
"""


def _pairs(measure: str, of: str) -> str:
    """SQL for days that came beside each of the days before: a measure of so many rows."""
    return f"""
        {_CAME},
        pairs as (
            select came.day, today.column_name, today.{of} as n, today.{measure} as x,
                known.day as day_before, known.{of} as n_before, known.{measure} as x_before
            from came
            inner join came_profiles as today on came.day = today.day
            inner join known_profiles as known on today.column_name = known.column_name
                and known.day between came.day - {HISTORY_DAYS} and came.day - 1
            where today.{of} > 0 and known.{of} > 0
        )
    """


def _share(measure: str, of: str) -> str:
    """SQL for columns of which a count of rows is another share of them than before.

    The likelihood ratio of two binomials (G), by how much the days before vary more than binomials.
    """
    return f"""
        {_pairs(measure, of)},
        totals as (
            select day, column_name, n, x, sum(n_before) as n_all, sum(x_before) as x_all,
                sum(x_before) / sum(n_before) as usual, count(*) as days
            from pairs group by all having days >= {LEAST_HISTORY_DAYS}
        ),
        varied as (
            select day, column_name, totals.n, totals.x, n_all, x_all, usual, days, greatest(1, sum(
                    pow(x_before - n_before * usual, 2)
                    / greatest(n_before * usual * (1 - usual), 0.5)
                ) / any_value(days - 1)) as dispersion
            from totals inner join pairs using (day, column_name)
            group by all
        ),
        corrected as (
            select *, count(*) over () as comparisons,
                x + sign(n * usual - x) * least(0.5, abs(n * usual - x)) as near,
                (near + x_all) / (n + n_all) as pooled
            from varied
        ),
        ratios as (
            select *, 2 * ({_surprise("near", "n * pooled")}
                + {_surprise("(n - near)", "n * (1 - pooled)")}
                + {_surprise("x_all", "n_all * pooled")}
                + {_surprise("(n_all - x_all)", "n_all * (1 - pooled)")}) as ratio,
                {_z_of_t("sqrt(greatest(ratio, 0) / dispersion)", "(days - 1)")} as z
            from corrected
        ),
        found as (
            select column_name, day, round(x / n, 3) as share, round(usual, 3) as usual_before
            from ratios
            where {_beyond_chance("z", "comparisons")} and abs(x / n - usual) > {SHARE_TOLERANCE}
        )
    """


_NULLS = _share("nulls", of="rows")

# Distinct values grow with the rows by a power of their number (Heaps), which the days before tell.
# By chance alone they vary by the square root of how many rows repeat a value.
_VARIETY = f"""
    {_pairs("distinct_values", of="valued")},
    logarithms as (select *, ln(n_before) as ln_n, ln(x_before) as ln_x from pairs),
    fits as (
        select day, column_name, n, x, count(*) as days,
            coalesce(greatest(0, least(1, regr_slope(ln_x, ln_n))), 0) as power,
            avg(ln_n) as mean_n, avg(ln_x) as mean_x,
            min(n_before) as fewest, max(n_before) as most
        from logarithms group by all
        having days >= {LEAST_HISTORY_DAYS} and n between fewest / 2 and most * 2
    ),
    spreads as (
        select fits.*, exp(mean_x + power * (ln(fits.n) - mean_n)) as usual,
            sqrt(sum(pow(ln_x - mean_x - power * (ln_n - mean_n), 2))
                / any_value(days - 2)) as spread
        from fits inner join logarithms using (day, column_name)
        group by all
    ),
    varieties as (
        select *, count(*) over () as comparisons,
            greatest(spread, sqrt(greatest(n - usual, 1)) / usual) * sqrt(1 + 1 / days) as error,
            {_z_of_t("(ln(x / usual) / error)", "(days - 2)")} as z
        from spreads
    )
"""

_DISTINCT = f"""
    varied_less as (
        with {_share("most_common", of="valued")} select * from found
    ),
    repeated as (
        with {_VARIETY}
        select column_name, day, round(x / n, 3) as share, round(usual / n, 3) as usual_before
        from varieties
        where {_beyond_chance("z", "comparisons")} and abs(x - usual) / n > {SHARE_TOLERANCE}
    ),
    found as (select * from varied_less union all select * from repeated)
"""

# G again, of all values at once; and the population stability index: sum over the values of
# (a - e) ln(a / e), of their shares in what came and in the days before.
_DISTRIBUTIONS = f"""
    {_CAME},
    todays as (
        select came_answers.*, sum(n) over (partition by day, column_name, answers_to) as n_day
        from came inner join came_answers using (day)
    ),
    days as (select distinct day, column_name, answers_to, n_day from todays),
    befores as (
        select days.*, known.day as day_before, known.answer, known.n
        from days inner join known_answers as known on days.column_name = known.column_name
            and days.answers_to = known.answers_to
            and known.day between days.day - {HISTORY_DAYS} and days.day - 1
    ),
    common as (
        select day, column_name, answers_to, answer
        from (
            select *, sum(n) over (partition by day, column_name, answers_to) as n_all
            from (select * exclude (day_before, n), sum(n) as n from befores group by all)
        ) where n * n_day >= {LEAST_EXPECTED} * n_all
    ),
    cells as (
        select day, column_name, answers_to, day_before, coalesce(common.answer, 'others') as cell,
            sum(n) as n
        from (
            select day, column_name, answers_to, null::date as day_before, answer, n from todays
            union all
            select day, column_name, answers_to, day_before, answer, n from befores
        ) as answers left join common using (day, column_name, answers_to, answer)
        group by all
    ),
    counts as (
        select day, column_name, answers_to, cell,
            coalesce(sum(n) filter (day_before is null), 0) as x,
            coalesce(sum(n) filter (day_before is not null), 0) as x_all
        from cells group by all
    ),
    totals as (
        select *, sum(x) over within as n, sum(x_all) over within as n_all,
            count(*) over within as n_cells
        from counts window within as (partition by day, column_name, answers_to)
    ),
    shares as (
        select *, (x + x_all) / (n + n_all) as pooled,
            greatest(x / n, {LEAST_SHARE}) as a, greatest(x_all / n_all, {LEAST_SHARE}) as e
        from totals
    ),
    totals_before as (
        select day, column_name, answers_to, day_before, sum(n) as n_before
        from cells where day_before is not null group by all
    ),
    varied as (
        select day, column_name, answers_to, count(distinct day_before) as days,
            sum(pow(coalesce(cells.n, 0) - n_before * x_all / n_all, 2)
                / greatest(n_before * x_all / n_all, 0.5)) as squares
        from totals_before
        inner join shares using (day, column_name, answers_to)
        left join cells using (day, column_name, answers_to, day_before, cell)
        group by all
    ),
    ratios as (
        select day, column_name, answers_to, days, n_cells,
            sum((a - e) * ln(a / e)) as stability_index,
            2 * sum({_surprise("x", "n * pooled")} + {_surprise("x_all", "n_all * pooled")})
                / greatest(1, any_value(squares / ((days - 1) * (n_cells - 1)))) as ratio
        from shares inner join varied using (day, column_name, answers_to)
        where n_cells > 1 and days >= {LEAST_HISTORY_DAYS} group by all
    ),
    scored as (
        select *, count(*) over () as comparisons,
            {_z_of_chi_square("greatest(ratio, 0)", "(n_cells - 1)")} as z
        from ratios
    ),
    found as (
        select column_name, answers_to, day, round(stability_index, 3) as stability_index
        from scored
        where {_beyond_chance("z", "comparisons")}
            and stability_index > {LARGEST_STABILITY_INDEX}
    )
"""
