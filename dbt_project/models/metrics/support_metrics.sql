{%- set rates = {
    'reopen_rate': ('reopened', 'reopens_known'),
    'one_touch_rate': ('one_touch', 'touches_known'),
    'follow_up_ticket_rate': ('follow_ups', 'tickets'),
    'call_abandon_rate': ('calls_abandoned', 'calls'),
    'call_service_level_rate': ('calls_within_service_level', 'calls'),
} %}
{%- set medians = [
    'first_reply_minutes', 'first_reply_business_minutes',
    'resolution_minutes', 'resolution_business_minutes', 'call_wait_seconds',
] %}
with scores as (
    select * from {{ ref('support_scores') }}
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
    {%- for measure in medians %}
    {%- set median = measure ~ '_median' %}
    {%- set width = median ~ '_ci_high - ' ~ median ~ '_ci_low' %}
    select
        period_grain, period_start, segment_type, segment,
        '{{ median }}',
        {{ median }},
        null,
        cast({{ measure }}_count as double),
        {{ score('(' ~ width ~ ') / (2 * ' ~ z_95() ~ ')', median ~ ' is not null') }},
        {{ median }}_ci_low,
        {{ median }}_ci_high,
        {{ median }} is not null
    from scores
    where {{ measure }}_count > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from metrics
