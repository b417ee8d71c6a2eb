{%- set place = 'horizon_months, segment_type, segment, measure' %}
with by_customer as (
    select * from {{ ref('support_moves') }}
),

measured as (
    select
        *,
        {{ exact_sum('moved * moved', 'over (partition by ' ~ place ~ ')') }} as variance
    from by_customer
),

errors as (
    select
        {{ place }},
        {{ effective_number('contacted_followed') }} as contacted_followed,
        {{ effective_number('others_followed') }} as others_followed,
        2 * {{ effective_number('moved * moved / nullif(variance, 0)') }} as degrees_of_freedom,
        sqrt(max(variance)) as difference_se
    from measured
    group by {{ place }}
)

select * from errors
