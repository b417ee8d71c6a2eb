with churn as (
    select * from {{ ref('churn_by_segment') }}
),

spreads as (
    select * from {{ ref('mrr_spreads') }}
    where customers > 0
),

retention as (
    select
        churn.*,
        spreads.sum_start,
        spreads.sum_end,
        spreads.sum_kept,
        {{ ratio_se(
            'sum_end', 'sum_start', 'sum_end_end', 'sum_start_end', 'sum_start_start', 'customers'
        ) }} as net_se,
        {{ ratio_se(
            'sum_kept', 'sum_start', 'sum_kept_kept', 'sum_start_kept', 'sum_start_start', 'customers'
        ) }} as gross_se
    from churn
    inner join spreads
        on churn.period_start = spreads.month_start
        and churn.segment_type = spreads.segment_type
        and churn.segment = spreads.segment
),

metrics as (
    select
        period_grain, period_start, segment_type, segment,
        'gross_revenue_retention' as metric,
        gross_revenue_retention as value,
        sum_kept as numerator,
        sum_start as denominator,
        {{ score('gross_se') }} as value_se,
        {{ score('greatest(gross_revenue_retention - ' ~ z_95() ~ ' * gross_se, 0)') }} as ci_low,
        {{ score('least(gross_revenue_retention + ' ~ z_95() ~ ' * gross_se, 1)') }} as ci_high,
        is_reportable
    from retention
    union all
    select
        period_grain, period_start, segment_type, segment,
        'net_revenue_retention',
        net_revenue_retention, sum_end, sum_start,
        {{ score('net_se') }},
        {{ score('greatest(net_revenue_retention - ' ~ z_95() ~ ' * net_se, 0)') }},
        {{ score('net_revenue_retention + ' ~ z_95() ~ ' * net_se') }},
        is_reportable
    from retention
)

select * from metrics
