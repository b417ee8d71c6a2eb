with customers as (
    select * from {{ ref('first_values') }}
),

by_segment as (
    {{ by_segment(
        'customers',
        keys=['days'],
        aggregates={
            'customers': 'count(*)',
            'reached': "count(*) filter (where outcome = 'reached')",
            'churned': "count(*) filter (where outcome = 'churned')",
        },
    ) | indent }}
),

at_risk as (
    {{ life_table('by_segment', 'days', lives='customers', events=['reached', 'churned']) | indent }}
),

left_over as (
    select
        *,
        {{ kaplan_meier('reached + churned') | indent(8) }}
    from at_risk
    window so_far as (partition by segment_type, segment order by days)
),

entered as (
    select
        *,
        coalesce(
            lag({{ survival() }}) over (partition by segment_type, segment order by days), 1
        ) as share_before
    from left_over
),

cumulated as (
    select
        *,
        {{ exact_sum('share_before * reached / at_risk', 'over so_far') }} as incidence
    from entered
    window so_far as (partition by segment_type, segment order by days)
),

squared as (
    select
        *,
        coalesce((reached + churned) / nullif(cast(at_risk as double) * (at_risk - reached - churned), 0), 0)
            as hazard_variance,
        share_before * share_before * reached * (at_risk - reached) / power(cast(at_risk as double), 3)
            as reached_variance,
        share_before * reached / power(cast(at_risk as double), 2) as covariance
    from cumulated
),

estimated as (
    select
        *,
        -- The terms of Marubini and Valsecchi hold the incidence at the end, which each row is of its own.
        incidence * incidence * {{ exact_sum('hazard_variance', 'over so_far') }}
        - 2 * incidence * {{ exact_sum('hazard_variance * incidence', 'over so_far') }}
        + {{ exact_sum('hazard_variance * incidence * incidence', 'over so_far') }}
        + {{ exact_sum('reached_variance', 'over so_far') }}
        - 2 * incidence * {{ exact_sum('covariance', 'over so_far') }}
        + 2 * {{ exact_sum('covariance * incidence', 'over so_far') }} as incidence_variance,
        at_risk >= {{ var('min_responses') }} as is_reportable
    from squared
    window so_far as (partition by segment_type, segment order by days)
),

reported as (
    select
        segment_type,
        segment,
        cast(days as bigint) as days,
        at_risk,
        reached,
        churned,
        {{ score('incidence') }} as first_value_rate,
        {{ score('sqrt(greatest(incidence_variance, 0))') }} as first_value_rate_se,
        is_reportable
    from estimated
    where days <= {{ var('first_value_days') }}
)

select * from reported
