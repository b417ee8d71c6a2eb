{#- Analysis of covariance of two groups: the difference of their y at the same x, y on group and x, with the standard
    error HC3 (MacKinnon and White 1985), which asks for no equal variances. `strata` has, by period, segment and x,
    of either group (1, 0) the n, and sums and squares of y (y1, yy1). A row that its own parameter fits exactly,
    so that its leverage is 1, tells nothing of the error. -#}
{% macro ancova(strata) -%}
    {%- set place = ['period_grain', 'period_start', 'segment_type', 'segment'] | join(', ') -%}
    with sums as (
        select
            {{ place }},
            cast(sum(n1 + n0) as double) as n,
            cast(sum(n1) as double) as d,
            cast(sum((n1 + n0) * x) as double) as x,
            cast(sum(y1 + y0) as double) as y,
            cast(sum((n1 + n0) * x * x) as double) as xx,
            cast(sum(n1 * x) as double) as dx,
            cast(sum(y1) as double) as dy,
            cast(sum((y1 + y0) * x) as double) as xy
        from {{ strata }}
        group by {{ place }}
    ),

    centred as (
        select
            *,
            case when xx - x * x / n > 1e-9 * xx then xx - x * x / n end as s_xx,
            dx - d * x / n as s_dx,
            dy - d * y / n as s_dy,
            xy - x * y / n as s_xy,
            d - d * d / n as s_dd
        from sums
    ),

    -- The group beyond what x tells of it (Frisch and Waugh 1933); nothing where x tells it all.
    partialled as (
        select
            *,
            coalesce(s_dx / s_xx, 0) as leaning,
            s_dy - coalesce(s_dx * s_xy / s_xx, 0) as s_ry,
            s_dd - coalesce(s_dx * s_dx / s_xx, 0) as s_rr
        from centred
    ),

    fits as (
        select
            *,
            s_ry / s_rr as effect
        from partialled
        where s_rr > 1e-9 * s_dd
    ),

    groups as (
        {%- for group in [1, 0] %}
        select {{ place }}, {{ group }} as d, x, n{{ group }} as n, y{{ group }} as y, yy{{ group }} as yy
        from {{ strata }}
        where n{{ group }} > 0
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    fitted as (
        select
            fits.{{ place.replace(', ', ', fits.') }},
            fits.n as total,
            fits.effect,
            fits.s_rr,
            groups.n,
            cast(groups.y as double) as y,
            cast(groups.yy as double) as yy,
            groups.d - fits.d / fits.n - fits.leaning * (groups.x - fits.x / fits.n) as r,
            1 / fits.n + coalesce(power(groups.x - fits.x / fits.n, 2) / fits.s_xx, 0) as leverage_of_x,
            fits.y / fits.n + fits.effect * (groups.d - fits.d / fits.n)
            + coalesce((fits.s_xy - fits.effect * fits.s_dx) / fits.s_xx, 0) * (groups.x - fits.x / fits.n) as fit
        from groups
        inner join fits on {{ same_segment('groups', 'fits') }}
    ),

    errors as (
        select
            *,
            1 - leverage_of_x - r * r / s_rr as freedom,
            yy - 2 * fit * y + n * fit * fit as squares
        from fitted
    )

    select
        {{ place }},
        max(total) as pairs,
        max(effect) as effect,
        coalesce(sqrt({{ exact_sum(
            'squares * power(r / s_rr / freedom, 2)', 'filter (where freedom > 1e-9 and squares > 1e-9 * yy)'
        ) }}), 0) as effect_se
    from errors
    group by {{ place }}
{%- endmacro %}
