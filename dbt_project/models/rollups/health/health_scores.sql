{{ config(materialized='table') }}

{#- Counts in words have no decimals. -#}
{%- set in_words -%}
case
    when value = floor(value) then cast(cast(value as bigint) as string)
    else cast(round(value, 2) as string)
end
{%- endset -%}
with customers as (
    select * from {{ ref('health_customers') }}
    where is_customer
),

points as (
    select
        *,
        case when points is not null then weight end as weight_told,
        case when points is null then label end as missing,
        case
            when points < {{ var('health_reason_points') }} then replace(reason, '{value}', {{ in_words }})
        end as reason_told
    from {{ ref('component_points') }}
),

summed as (
    select
        as_of,
        customer_id,
        round({{ exact_sum('weight * points') }} / nullif({{ exact_sum('weight_told') }}, 0), 1) as health,
        {{ texts_in_order('missing', ', ', '-weight, component') }} as missing_components,
        {{ texts_in_order('reason_told', ', ', '-weight * (100 - points), component') }} as reasons
    from points
    group by as_of, customer_id
),

scored as (
    select
        summed.*,
        customers.is_now,
        customers.customer_kind,
        customers.has_left,
        case
            {%- for band, least in var('health_bands').items() | reverse %}
            when summed.health >= {{ least }} then '{{ band }}'
            {%- endfor %}
        end as band
    from summed
    inner join customers using (as_of, customer_id)
)

select * from scored
