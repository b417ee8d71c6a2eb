{%- set rates = {
    'bounce_rate': ('bounces', 'sessions'),
    'cart_abandonment_rate': ('carts_abandoned', 'carts'),
    'cart_recovery_rate': ('carts_recovered', 'carts_recoverable'),
    'self_service_rate': ('self_served', 'self_service_sessions'),
} %}
with scores as (
    select * from {{ ref('web_scores') }}
),

metrics as (
    {%- for metric, (numerator, denominator) in rates.items() %}
    {%- set condition = metric ~ ' is not null' %}
    select
        period_grain, period_start, segment_type, segment,
        '{{ metric }}' as metric,
        {{ share_measured(numerator, denominator, metric, condition) }},
        {{ condition }} as is_reportable
    from scores
    where {{ denominator }} > 0
    union all
    {%- endfor %}
    {%- set median = 'session_seconds_median' %}
    {%- set width = median ~ '_ci_high - ' ~ median ~ '_ci_low' %}
    select
        period_grain, period_start, segment_type, segment,
        '{{ median }}',
        {{ median }},
        null,
        cast(sessions as double),
        {{ score('(' ~ width ~ ') / (2 * ' ~ z_95() ~ ')', median ~ ' is not null') }},
        {{ median }}_ci_low,
        {{ median }}_ci_high,
        {{ median }} is not null
    from scores
    where sessions > 0
)

select * from metrics
