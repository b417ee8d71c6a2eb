with subscribers as (
    select * from {{ ref('subscriber_tenures') }}
),

by_segment as (
    {{ by_segment(
        'subscribers',
        keys=['tenure_months'],
        aggregates={
            'customers': 'count(*)',
            'churned': 'count(*) filter (where is_churned)',
        },
    ) | indent }}
),

at_risk as (
    {{ life_table('by_segment', 'tenure_months', lives='customers', events=['churned']) | indent }}
),

estimated as (
    select
        *,
        {{ kaplan_meier('churned') | indent(8) }},
        at_risk >= {{ var('min_responses') }} as is_reportable
    from at_risk
    window so_far as (partition by segment_type, segment order by tenure_months)
),

reported as (
    select
        segment_type,
        segment,
        tenure_months,
        at_risk,
        churned,
        {{ score(survival()) }} as survival,
        {{ score(survival_se()) }} as survival_se,
        {{ score(share_low(survival(), survival_se())) }} as survival_ci_low,
        {{ score(share_high(survival(), survival_se())) }} as survival_ci_high,
        is_reportable
    from estimated
)

select * from reported
