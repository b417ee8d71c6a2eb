{{ config(materialized='table') }}

{%- set segment = change_key() + ['segment_type', 'label'] %}
{%- set terms = ['mix', 'rate', 'divergence'] %}

with terms as (
    select * from {{ ref('change_terms') }}
),

influences as (
    {{ influences_on('terms') | indent }}
),

products as (
    select * from {{ ref('change_products') }}
),

wholes as (
    select * from products
    where segment_type = 'all' and is_own and other_is_own
),

sided as (
    select
        {{ segment | join(', ') }}, side, other_side, is_own, other_is_own,
        {{ unit_products() | join(', ') }}
    from products
    union all
    select
        influences.{{ segment | join(', influences.') }},
        influences.side, wholes.other_side, false, false,
        wholes.{{ unit_products() | join(', wholes.') }}
    from influences
    inner join wholes on {{ same_values('influences', 'wholes', change_key() + ['side']) }}
    where not influences.is_own
),

covariances as (
    select
        {%- for term in terms %}
        {{ influence_product(term) }} as {{ term }},
        {%- endfor %}
        concat(sided.side, ' ', sided.other_side, ' ', sided.is_own, ' ', sided.other_is_own) as place,
        sided.{{ segment | join(', sided.') }}
    from sided
    inner join influences on {{ same_values('sided', 'influences', segment + ['side', 'is_own']) }}
    inner join influences as others
        on {{ same_values('sided', 'others', segment) }}
        and sided.other_side = others.side
        and sided.other_is_own = others.is_own
),

variances as (
    select
        {%- for term in terms %}
        {{ added_over_places(term) }} as {{ term }},
        max(abs({{ term }})) as {{ term }}_size,
        {%- endfor %}
        {{ segment | join(', ') }}
    from covariances
    group by {{ segment | join(', ') }}
),

errors as (
    select
        {%- for term in terms %}
        {{ rounded(
            'case when ' ~ term ~ ' > 1e-12 * ' ~ term ~ '_size then sqrt(' ~ term ~ ') else 0 end'
        ) }} as {{ term }}_se,
        {%- endfor %}
        {{ segment | join(', ') }}
    from variances
)

select * from errors
