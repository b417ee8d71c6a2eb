with visits as (
    select * from {{ ref('stage_visits') }}
),

stages as (
    select * from {{ ref('funnel_stages') }}
),
{%- for stage in var('funnel_stages') %}

reached_{{ loop.index }} as (
    select visits.customer_id, {{ loop.index }} as step, min(visits.visit) as visit
    from visits
    inner join stages on visits.stage = stages.stage and stages.step = {{ loop.index }}
    {%- if not loop.first %}
    inner join reached_{{ loop.index0 }} as earlier
        on visits.customer_id = earlier.customer_id and visits.visit > earlier.visit
    {%- endif %}
    group by visits.customer_id
),
{%- endfor %}

reached as (
    {%- for stage in var('funnel_stages') %}
    select * from reached_{{ loop.index }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

chained as (
    select
        reached.customer_id,
        reached.step,
        reached.visit - first_value(reached.visit) over chain = reached.step - 1 as is_direct,
        first_value(visits.began_at) over chain as entered_at,
        visits.began_at as reached_at,
        lead(visits.began_at) over chain as next_reached_at
    from reached
    inner join visits on reached.customer_id = visits.customer_id and reached.visit = visits.visit
    window chain as (partition by reached.customer_id order by reached.step)
)

select * from chained
