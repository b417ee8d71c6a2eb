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

tenures as (
    select
        segment_type,
        segment,
        {{ whole_numbers(0, 'max(tenure_months)') }} as tenure_months
    from by_segment
    group by segment_type, segment
),

at_risk as (
    select
        tenures.*,
        coalesce(by_segment.churned, 0) as churned,
        sum(coalesce(by_segment.customers, 0)) over (
            partition by tenures.segment_type, tenures.segment order by tenures.tenure_months desc
        ) as at_risk
    from tenures
    left join by_segment using (segment_type, segment, tenure_months)
),

estimated as (
    select
        *,
        min(at_risk - churned) over so_far > 0 as has_survivors,
        {{ exact_sum('ln(1 - churned / nullif(cast(at_risk as double), churned))', 'over so_far') }}
            as log_survival,
        {{ exact_sum(
            'churned / nullif(cast(at_risk as double) * (at_risk - churned), 0)', 'over so_far'
        ) }}
            as greenwood_sum,
        at_risk >= {{ var('min_responses') }} as is_reportable
    from at_risk
    window so_far as (partition by segment_type, segment order by tenure_months)
),

reported as (
    select
        segment_type,
        segment,
        tenure_months,
        cast(at_risk as bigint) as at_risk,
        cast(churned as bigint) as churned,
        {{ score('case when has_survivors then exp(log_survival) else 0 end') }} as survival,
        {{ score('case when has_survivors then exp(log_survival) * sqrt(greenwood_sum) end') }}
            as survival_se,
        is_reportable
    from estimated
)

select * from reported
