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

estimated as (
    select
        *,
        sqrt({{ incidence_variance('reached + churned', 'reached') | indent(8) }}) as incidence_se,
        at_risk >= {{ var('min_responses') }} as is_reportable
    from cumulated
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
        {{ score('incidence_se') }} as first_value_rate_se,
        {{ score(share_low('incidence', 'incidence_se')) }} as first_value_rate_ci_low,
        {{ score(share_high('incidence', 'incidence_se')) }} as first_value_rate_ci_high,
        is_reportable
    from estimated
    where days <= {{ var('first_value_days') }}
)

select * from reported
