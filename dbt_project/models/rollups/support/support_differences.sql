{%- set place = 'segment_type, segment, measure' %}
with horizons as (
    {{ support_horizons() | indent }}
),

curves as (
    select * from {{ ref('support_curves') }}
),

errors as (
    select * from {{ ref('support_errors') }}
),

differences as (
    select
        horizons.horizon_months,
        {{ place }},
        contacted.survival as contacted,
        others.survival as others,
        contacted.survival - others.survival as difference,
        {{ rounded(t_95('errors.degrees_of_freedom') ~ ' * errors.difference_se') }} as half_width,
        {{ rounded('least(errors.contacted_followed, errors.others_followed)') }} as followed
    from horizons
    inner join curves as contacted
        on horizons.horizon_days = contacted.lag_days and contacted.is_contacted
    inner join curves as others using ({{ place }}, lag_days)
    inner join errors using ({{ place }}, horizon_months)
    where not others.is_contacted
)

select * from differences
