{{ config(materialized='table') }}

{%- set too_few = 'between 1 and ' ~ (var('min_responses') - 1) %}

with terms as (
    select * from {{ ref('change_terms') }}
),

errors as (
    select * from {{ ref('change_errors') }}
),

measured as (
    select
        terms.*,
        errors.mix_se,
        errors.rate_se,
        errors.divergence_se,
        terms.segment_type = 'all' as is_whole,
        terms.units_before not {{ too_few }} and terms.units_after not {{ too_few }} as is_reportable
    from terms
    inner join errors on {{ same_values('terms', 'errors', change_key() + ['segment_type', 'label']) }}
),

degrees as (
    select
        *,
        case when is_whole then rate / nullif(rate_se, 0) else divergence / nullif(divergence_se, 0) end as t,
        least(nullif(units_before, 0), nullif(units_after, 0)) - 1 as degrees_of_freedom
    from measured
),

deviates as (
    select
        *,
        {{ t_95('degrees_of_freedom') }} as t_quantile,
        {{ score(normal_of_t('t', 'degrees_of_freedom')) }} as z
    from degrees
),

with_p as (
    select
        *,
        {{ rounded(two_sided_p('z')) }} as p,
        row_number() over (
            partition by {{ change_key() | join(', ') }}, is_whole
            order by z desc nulls last, {{ rounded('abs(mix + rate)') }} desc, segment_type, label
        ) as place_by_p
    from deviates
),

adjusted as (
    {{ holm('with_p', family=change_key() + ['is_whole']) | indent }}
)

select * from adjusted
