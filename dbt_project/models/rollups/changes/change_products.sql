{{ config(materialized='table') }}

{%- set change = change_key() | join(', ') %}

with segments as (
    select * from {{ ref('change_segments') }}
),

moments as (
    select * from {{ ref('segment_moments') }}
),

products as (
    select
        {{ change }}, periods_between, segment_type, segment, other_segment,
        {{ unit_products() | join(', ') }}
    from {{ ref('customer_products') }}
    union all
    select
        {{ change }}, 0, segment_type, segment, segment as other_segment,
        weight_weight, weight_value, weight_value as value_weight, value_value
    from moments
),

-- A period is the second of a pair, and the first of the next.
periods as (
    {%- for side, other_side, periods_between, period in [
        ('before', 'before', 0, 'period_before'), ('after', 'after', 0, 'period_start'),
        ('after', 'before', 1, 'period_start'),
    ] %}
    select
        {{ change }}, segment_type, segment, label, {{ period }} as period,
        '{{ side }}' as side, '{{ other_side }}' as other_side, {{ periods_between }} as periods_between
    from segments
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

labelled as (
    select
        {%- for column in change_key() %}
        periods.{{ column }},
        {%- endfor %}
        periods.segment_type, periods.side, periods.other_side, periods.label, others.label as other_label,
        {{ sums('products', unit_products()) }}
    from periods
    inner join products
        on {{ same_values('periods', 'products', ['metric', 'instrument_version', 'period_grain']) }}
        and periods.period = products.period_start
        and {{ same_values('periods', 'products', ['periods_between', 'segment_type', 'segment']) }}
    inner join segments as others
        on {{ same_values('periods', 'others', change_key() + ['segment_type']) }}
        and products.other_segment = others.segment
    group by {{ range(1, 10) | join(', ') }}
),

sided as (
    {%- for is_own, other_is_own, label, condition in [
        (true, true, 'label', 'label = other_label'), (true, false, 'label', 'true'),
        (false, true, 'other_label', 'true'),
    ] %}
    select
        {{ change }}, segment_type, {{ label }} as label, side, other_side,
        {{ is_own }} as is_own, {{ other_is_own }} as other_is_own,
        {{ sums('labelled', unit_products()) }}
    from labelled
    where {{ condition }}
    group by {{ change }}, segment_type, {{ label }}, side, other_side
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from sided
