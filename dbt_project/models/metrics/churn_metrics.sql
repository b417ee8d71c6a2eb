with churn as (
    select * from {{ ref('churn_by_segment') }}
),

spreads as (
    select * from {{ ref('retention_spreads') }}
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
        'logo_churn_rate' as metric,
        logo_churn_rate as value,
        cast(customers_churned as double) as numerator,
        cast(customers_start as double) as denominator,
        {{ score(proportion_se('customers_churned', 'customers_start')) }} as value_se,
        {{ score(wilson_low('customers_churned', 'customers_start')) }} as ci_low,
        {{ score(wilson_high('customers_churned', 'customers_start')) }} as ci_high,
        is_reportable
    from churn
    union all
    select
        period_grain, period_start, segment_type, segment,
        'gross_revenue_retention',
        gross_revenue_retention, sum_kept, sum_start,
        {{ score('gross_se') }},
        {{ score('greatest(gross_revenue_retention - ' ~ z_95() ~ ' * gross_se, 0)') }},
        {{ score('least(gross_revenue_retention + ' ~ z_95() ~ ' * gross_se, 1)') }},
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
    union all
    select
        period_grain, period_start, segment_type, segment,
        'renewal_rate',
        renewal_rate, cast(terms_renewed as double), cast(terms_due as double),
        {{ score(proportion_se('terms_renewed', 'terms_due'), 'renewal_rate is not null') }},
        {{ score(wilson_low('terms_renewed', 'terms_due'), 'renewal_rate is not null') }},
        {{ score(wilson_high('terms_renewed', 'terms_due'), 'renewal_rate is not null') }},
        renewal_rate is not null
    from churn
    where terms_due > 0
)

select * from metrics
