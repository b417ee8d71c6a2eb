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
    select * from {{ ref('component_points') }}
),

components as (
    select * from {{ ref('health_components') }}
),

summed as (
    select
        as_of,
        customer_id,
        round(
            {{ exact_sum('weight * points') }}
            / nullif({{ exact_sum('case when points is not null then weight end') }}, 0), 1
        ) as health
    from points
    inner join components using (component)
    group by as_of, customer_id
),

-- In words for now alone: to order texts takes most of the time, and nobody reads those of past dates.
told as (
    select
        as_of,
        customer_id,
        {{ texts_in_order('case when points is null then label end', ', ', '-weight, component') }}
            as missing_components,
        {{ texts_in_order(
            "case when points is not null then replace(reason, '{value}', " ~ in_words ~ ") end",
            ', ', '-weight * (100 - points), component'
        ) }} as reasons
    from points
    inner join components using (component)
    where
        (points is null or points < {{ var('health_reason_points') }})
        and as_of = (select max(customers.as_of) from customers where customers.is_now)
    group by as_of, customer_id
),

scored as (
    select
        summed.*,
        told.missing_components,
        told.reasons,
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
    left join told using (as_of, customer_id)
)

select * from scored
