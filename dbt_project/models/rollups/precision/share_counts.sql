with months as (
    select * from {{ ref('mrr_spreads') }}
),

tickets as (
    select * from {{ ref('support_tickets_by_segment') }}
),

calls as (
    select * from {{ ref('support_calls_by_segment') }}
),

counted as (
    select
        'logo_churn_rate' as metric, 'month' as period_grain, month_start as period_start,
        segment_type, segment, customers as n, customers_seen - customers_end as hits
    from months
    union all
    select 'reopen_rate', period_grain, period_start, segment_type, segment, reopens_known, reopened
    from tickets
    union all
    select 'call_abandon_rate', period_grain, period_start, segment_type, segment, calls, calls_abandoned
    from calls
),

typed as (
    select
        metric, period_grain, period_start, segment_type, segment,
        cast(n as double) as n,
        cast(hits as double) as hits
    from counted
    where n > 0
)

select * from typed
