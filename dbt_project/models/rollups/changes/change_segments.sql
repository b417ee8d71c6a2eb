{{ config(materialized='table') }}

{%- set measures = ['units', 'weight_sum', 'value_sum'] %}
{%- set change = change_key() | join(', ') %}

with moments as (
    select * from {{ ref('segment_moments') }}
),

wholes as (
    select * from moments
    where segment_type = 'all' and units >= {{ var('min_responses') }} and weight_sum > 0
),

pairs as (
    select
        {%- for column in change_key() %}
        wholes.{{ column }},
        {%- endfor %}
        before.period_start as period_before,
        wholes.weight_sum as whole_weight_after,
        wholes.value_sum as whole_value_after,
        before.weight_sum as whole_weight_before,
        before.value_sum as whole_value_before
    from wholes
    inner join wholes as before
        on wholes.metric = before.metric
        and wholes.instrument_version = before.instrument_version
        and wholes.period_grain = before.period_grain
        and {{ period_start('wholes.period_grain', 'wholes.period_start - 1') }} = before.period_start
),

sides as (
    {%- for side, period in [('before', 'period_before'), ('after', 'period_start')] %}
    select
        pairs.*,
        {%- for measure in measures %}
        {{ 'moments.' ~ measure if side == 'before' else '0' }} as {{ measure }}_before,
        {{ 'moments.' ~ measure if side == 'after' else '0' }} as {{ measure }}_after,
        {%- endfor %}
        moments.segment_type,
        moments.segment
    from pairs
    inner join moments
        on pairs.metric = moments.metric
        and pairs.instrument_version = moments.instrument_version
        and pairs.period_grain = moments.period_grain
        and pairs.{{ period }} = moments.period_start
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

summed as (
    select
        {%- for measure in measures %}
        sum({{ measure }}_before) as {{ measure }}_before,
        sum({{ measure }}_after) as {{ measure }}_after,
        {%- endfor %}
        whole_weight_before, whole_value_before, whole_weight_after, whole_value_after,
        {{ change }}, period_before, segment_type, segment
    from sides
    group by all
),

labelled as (
    select
        *,
        case
            when units_before between 1 and {{ var('min_responses') - 1 }} then '(others)'
            when units_after between 1 and {{ var('min_responses') - 1 }} then '(others)'
            else segment
        end as label
    from summed
)

select * from labelled
