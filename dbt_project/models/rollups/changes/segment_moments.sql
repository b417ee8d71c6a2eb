{{ config(materialized='table') }}

with segment_types as (
    select * from {{ ref('dim_segment_types') }}
),

answers as (
    select
        {{ explained_survey_metric() }},
        period_grain,
        period_start,
        segment_type,
        segment,
        responses,
        case metric when 'nps' then 100 * (positives - negatives) else positives end as points,
        case metric when 'nps' then 10000 * (positives + negatives) else positives end as squares
    from {{ ref('survey_answers_by_segment') }}
    where metric in ('nps', 'csat', 'ces') and period_grain in ({{ quoted(explained_grains()) }})
),

surveys as (
    select
        metric, instrument_version, period_grain, period_start, segment_type, segment,
        cast(sum(responses) as bigint) as units,
        cast(sum(responses) as double) as weight_sum,
        cast(sum(points) as double) as value_sum,
        cast(sum(responses) as double) as weight_weight,
        cast(sum(points) as double) as weight_value,
        cast(sum(squares) as double) as value_value
    from answers
    group by metric, instrument_version, period_grain, period_start, segment_type, segment
),

subscribers as (
    select
        *,
        cast(customers as bigint) as units,
        customers_seen - customers_end as churned
    from {{ ref('mrr_spreads') }}
),

moments as (
    select * from surveys
    union all
    select
        'logo_churn_rate', '', 'month', month_start, segment_type, segment,
        units, customers, churned, customers as pairs, churned as churned_pairs, churned as churned_squares
    from subscribers
    union all
    select
        'net_revenue_retention', '', 'month', month_start, segment_type, segment,
        units, sum_start, coalesce(sum_end, 0), sum_start_start, sum_start_end, coalesce(sum_end_end, 0)
    from subscribers
),

as_of as (
    select moments.* from moments
    left join segment_types on moments.segment_type = segment_types.segment_type
    where units > 0 and not coalesce(segment_types.is_current, false)
)

select * from as_of
