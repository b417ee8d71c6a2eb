{%- set cells = {
    'before': 'is_changed and not is_after',
    'after': 'is_changed and is_after',
    'rest_before': 'not is_changed and not is_after',
    'rest_after': 'not is_changed and is_after',
} %}
with amounts as (
    select * from {{ ref('improvement_values') }}
),

means as (
    select
        {%- for name, cell in cells.items() %}
        count(case when {{ cell }} then 1 end) as n_{{ name }},
        {{ exact_sum('case when ' ~ cell ~ ' then amount end') }}
        / nullif(count(case when {{ cell }} then 1 end), 0) as mean_{{ name }},
        {%- endfor %}
        improvement_id,
        metric
    from amounts
    group by improvement_id, metric
),

-- What each customer adds to the two changes, whose variances are the sums of their squares.
influences as (
    select
        {%- for name, cell in cells.items() %}
        {%- set part = '(amounts.amount - means.mean_' ~ name ~ ') / means.n_' ~ name %}
        {{ exact_sum('case when ' ~ cell ~ ' then ' ~ part ~ ' else 0 end') }} as by_{{ name }},
        {%- endfor %}
        amounts.improvement_id,
        amounts.metric,
        amounts.unit_id
    from amounts
    inner join means on {{ same_values('amounts', 'means', ['improvement_id', 'metric']) }}
    group by amounts.improvement_id, amounts.metric, amounts.unit_id
),

errors as (
    select
        improvement_id,
        metric,
        sqrt({{ exact_sum('power(by_after - by_before, 2)') }}) as change_se,
        sqrt({{ exact_sum('power(by_after - by_before - by_rest_after + by_rest_before, 2)') }}) as effect_se
    from influences
    group by improvement_id, metric
),

changes as (
    select
        means.*,
        means.mean_after - means.mean_before as difference,
        means.mean_rest_after - means.mean_rest_before as rest_difference,
        errors.change_se,
        errors.effect_se
    from means
    inner join errors on {{ same_values('means', 'errors', ['improvement_id', 'metric']) }}
)

select * from changes
