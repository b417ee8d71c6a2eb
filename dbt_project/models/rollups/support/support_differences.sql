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
        contacted.measure,
        contacted.survival as contacted,
        others.survival as others,
        contacted.survival - others.survival as difference,
        {{ rounded(t_95('errors.degrees_of_freedom') ~ ' * errors.difference_se') }} as half_width,
        {{ rounded('least(errors.contacted_followed, errors.others_followed)') }} as followed
    from horizons
    inner join curves as contacted
        on horizons.horizon_days = contacted.lag_days and contacted.is_contacted
    inner join curves as others
        on horizons.horizon_days = others.lag_days
        and contacted.measure = others.measure
        and not others.is_contacted
    inner join errors
        on horizons.horizon_months = errors.horizon_months and contacted.measure = errors.measure
)

select * from differences
