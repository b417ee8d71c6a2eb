{#- A life table of each segment: who is at risk at each whole `time` from 0 on, and what happens then. `relation`
    counts `lives` by segment and by the time at which they end, and of these the `events`. -#}
{% macro life_table(relation, time, lives, events) -%}
    with times as (
        select
            segment_type,
            segment,
            {{ whole_numbers(0, 'max(' ~ time ~ ')') }} as {{ time }}
        from {{ relation }}
        group by segment_type, segment
    )

    select
        times.*,
        {%- for event in events %}
        cast(coalesce({{ relation }}.{{ event }}, 0) as bigint) as {{ event }},
        {%- endfor %}
        cast(sum(coalesce({{ relation }}.{{ lives }}, 0)) over (
            partition by times.segment_type, times.segment order by times.{{ time }} desc
        ) as bigint) as at_risk
    from times
    left join {{ relation }} using (segment_type, segment, {{ time }})
{%- endmacro %}

{#- What Kaplan and Meier's estimate is read from, over the rows of a curve in the window so_far: `events` of those `at_risk`
    at each time. -#}
{% macro kaplan_meier(events, at_risk='at_risk') -%}
    min({{ at_risk }} - ({{ events }})) over so_far > 0 as has_survivors,
    {{ exact_sum('ln(1 - (' ~ events ~ ') / nullif(cast(' ~ at_risk ~ ' as double), ' ~ events ~ '))', 'over so_far') }}
        as log_survival,
    {{ exact_sum(
        '(' ~ events ~ ') / nullif(cast(' ~ at_risk ~ ' as double) * (' ~ at_risk ~ ' - (' ~ events ~ ')), 0)', 'over so_far'
    ) }}
        as greenwood_sum
{%- endmacro %}

{#- The share without an event so far. -#}
{% macro survival() -%} case when has_survivors then exp(log_survival) else 0 end {%- endmacro %}

{#- Its standard error by Greenwood; null where nobody is left. -#}
{% macro survival_se() -%} case when has_survivors then exp(log_survival) * sqrt(greenwood_sum) end {%- endmacro %}

{#- Variance of Aalen and Johansen's cumulative incidence, over the window so_far (Marubini and Valsecchi): its
    terms hold the incidence at the end, which each row is of its own. Rows have at_risk, `events` of any kind, `reached`
    of the one that is followed, `share_before` without an event before, and `incidence`. -#}
{% macro incidence_variance(events, reached) -%}
    {%- set over = 'over so_far' -%}
    {%- set hazard = 'coalesce((' ~ events ~ ') / nullif(cast(at_risk as double) * (at_risk - (' ~ events ~ ')), 0), 0)' -%}
    {%- set covariance = 'share_before * ' ~ reached ~ ' / power(cast(at_risk as double), 2)' -%}
    greatest(
        incidence * incidence * {{ exact_sum(hazard, over) }}
        - 2 * incidence * {{ exact_sum(hazard ~ ' * incidence', over) }}
        + {{ exact_sum(hazard ~ ' * incidence * incidence', over) }}
        + {{ exact_sum(
            'share_before * ' ~ covariance ~ ' * (at_risk - ' ~ reached ~ ') / at_risk', over
        ) }}
        - 2 * incidence * {{ exact_sum(covariance, over) }}
        + 2 * {{ exact_sum(covariance ~ ' * incidence', over) }},
        0
    )
{%- endmacro %}

{#- Median of a time to an event where not all have it yet: the first time at which at most half are left. Its interval
    is that of Brookmeyer and Crowley on the logarithm of the share left, as R's survfit has it; null where the curve, or
    its upper bound, stays above a half. `counts` has `lives` by period, segment, the columns `keys` and the whole time at
    which they end, and of these the `events`; places of fewer than min_responses have no curve, as most have in short periods. -#}
{% macro median_time(counts, keys, time, lives, events) -%}
    {%- set total = time ~ '_count' -%}
    {%- set places = ['period_grain', 'period_start', 'segment_type', 'segment'] + keys -%}
    {%- set place = places | join(', ') -%}
    {%- set left = {
        'median': survival(),
        'median_ci_low': 'case when has_survivors then exp(log_survival - ' ~ z_95() ~ ' * sqrt(greenwood_sum)) else 0 end',
        'median_ci_high': 'exp(log_survival + ' ~ z_95() ~ ' * sqrt(greenwood_sum))',
    } -%}
    with totals as (
        select
            {{ place }},
            -- A number for the place, since windows sort numbers faster than texts.
            row_number() over (order by {{ place }}) as place_number,
            cast(sum({{ lives }}) as bigint) as {{ total }},
            cast(sum({{ events }}) as bigint) as {{ events }}
        from {{ counts }}
        group by {{ place }}
    ),

    at_risk as (
        select
            totals.place_number,
            {{ counts }}.{{ time }},
            {{ counts }}.{{ events }},
            sum({{ counts }}.{{ lives }}) over (
                partition by totals.place_number order by {{ counts }}.{{ time }} desc
                rows between unbounded preceding and current row
            ) as at_risk
        from {{ counts }}
        inner join totals on {{ same_segment(counts, 'totals', keys) }}
        where totals.{{ total }} >= {{ var('min_responses') }}
    ),

    curves as (
        select
            place_number,
            {{ time }},
            {{ kaplan_meier(events) | indent(12) }}
        from at_risk
        -- Where nothing happens, the curve stays where it is.
        where {{ events }} > 0
        window so_far as (
            partition by place_number order by {{ time }} rows between unbounded preceding and current row
        )
    ),

    medians as (
        select
            place_number,
            {%- for name, share in left.items() %}
            min(case when {{ rounded(share) }} <= 0.5 then {{ time }} end) as {{ time }}_{{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from curves
        group by place_number
    )

    select
        {{ place }},
        totals.{{ total }},
        totals.{{ events }},
        {%- for name in left %}
        medians.{{ time }}_{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from totals
    left join medians on totals.place_number = medians.place_number
{%- endmacro %}
