{{ config(alias='monthly') }}

with answered as (
    select
        responded_month,
        metric,
        instrument_version,
        sum(answers) as answers,
        sum(positives) as positives,
        sum(negatives) as negatives,
        {{ newest_version() | indent }} as newest_version
    from {{ ref('bi_answers') }}
    group by responded_month, metric, instrument_version
),

answers as (
    select
        *,
        cast(metric = 'nps' as int) as is_nps,
        cast(metric = 'csat' as int) as is_csat,
        cast(metric = 'ces' as int) as is_ces
    from answered
    where {{ is_poolable() }}
),

{%- set views = {
    'answers': ('answers', 'responded_month', {
        'nps_responses': 'answers * is_nps',
        'promoters': 'positives * is_nps',
        'detractors': 'negatives * is_nps',
        'csat_responses': 'answers * is_csat',
        'satisfied': 'positives * is_csat',
        'ces_responses': 'answers * is_ces',
        'easy': 'positives * is_ces',
    }),
    'tickets': (ref('bi_tickets'), 'created_month', ['tickets', 'solved', 'reopened', 'reopens_known']),
    'calls': (ref('bi_calls'), 'queued_month', {'calls': 'calls', 'calls_abandoned': 'abandoned'}),
    'orders': (ref('bi_orders'), 'ordered_month', ['orders', 'net_amount']),
    'months': (ref('bi_subscription_months'), 'month_start', [
        'customers_start', 'customers_new', 'customers_reactivated', 'customers_churned',
        'mrr_start', 'mrr_new', 'mrr_reactivated', 'mrr_expansion', 'mrr_contraction', 'mrr_churned',
    ]),
} %}
{%- set filled = [] %}
{%- for name, (view, month, measures) in views.items() %}
{%- do filled.append(zeros_for_nulls(name ~ '_summed', measures)) %}

{{ name }}_summed as (
    select
        {%- for measure in measures %}
        sum({{ measures[measure] if measures is mapping else measure }}) as {{ measure }},
        {%- endfor %}
        {{ month }} as month_start
    from {{ view }}
    group by {{ month }}
),
{%- endfor %}

calendar as (
    {%- for name in views %}
    select month_start from {{ name }}_summed
    {{- ' union' if not loop.last }}
    {%- endfor %}
),

monthly as (
    select
        calendar.month_start,
        {{ filled | join(', ') }}
    from calendar
    left join answers_summed on calendar.month_start = answers_summed.month_start
    left join tickets_summed on calendar.month_start = tickets_summed.month_start
    left join calls_summed on calendar.month_start = calls_summed.month_start
    left join orders_summed on calendar.month_start = orders_summed.month_start
    left join months_summed on calendar.month_start = months_summed.month_start
)

select * from monthly
