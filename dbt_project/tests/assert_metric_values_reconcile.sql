-- Every headline metric has the denominators of the mart that it comes from, row by row.
{%- set denominators = {
    'nps': ('nps_by_segment', 'responses'),
    'csat': ('csat_by_segment', 'responses'),
    'logo_churn_rate': ('churn_by_segment', 'customers_start'),
    'gross_revenue_retention': ('churn_by_segment', 'mrr_start'),
    'net_revenue_retention': ('churn_by_segment', 'mrr_start'),
    'renewal_rate': ('churn_by_segment', 'terms_due'),
    'reopen_rate': ('support_by_segment', 'reopens_known'),
    'one_touch_rate': ('support_by_segment', 'touches_known'),
    'follow_up_ticket_rate': ('support_by_segment', 'tickets'),
    'first_contact_resolution_rate': ('support_by_segment', 'first_contacts_known'),
    'sla_attainment_rate': ('support_by_segment', 'sla_due'),
    'tickets_per_customer': ('support_by_segment', 'customers_active'),
    'call_abandon_rate': ('support_by_segment', 'calls'),
    'call_service_level_rate': ('support_by_segment', 'calls'),
    'clv_historical': ('clv_by_segment', 'customers'),
} %}
with ces_versions as (
    select
        *,
        {{ version_order('instrument_version') }} as version_number
    from {{ ref('ces_by_segment') }}
),

ces as (
    select * from ces_versions
    qualify version_number = max(version_number) over (partition by period_grain, period_start)
),

marts as (
    select
        'ces_easy_rate' as metric, period_grain, period_start, segment_type, segment,
        responses as denominator
    from ces
    {%- for metric, (mart, column) in denominators.items() %}
    union all
    select '{{ metric }}', period_grain, period_start, segment_type, segment, {{ column }}
    from {{ ref(mart) }}
    {%- endfor %}
),

headlines as (
    select * from {{ ref('metric_values') }}
    where metric in (select marts.metric from marts)
),

compared as (
    select
        coalesce(marts.metric, headlines.metric) as metric,
        coalesce(marts.period_grain, headlines.period_grain) as period_grain,
        coalesce(marts.period_start, headlines.period_start) as period_start,
        coalesce(marts.segment_type, headlines.segment_type) as segment_type,
        coalesce(marts.segment, headlines.segment) as segment,
        round(coalesce(marts.denominator, 0) - coalesce(headlines.denominator, 0), 2) as difference
    from marts
    full outer join headlines
        on marts.metric = headlines.metric
        and marts.period_grain = headlines.period_grain
        and marts.period_start is not distinct from headlines.period_start
        and marts.segment_type = headlines.segment_type
        and marts.segment = headlines.segment
)

select * from compared where difference <> 0
