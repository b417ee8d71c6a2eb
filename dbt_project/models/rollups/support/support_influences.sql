{{ config(materialized='table') }}

with horizons as (
    {{ support_horizons() | indent }}
),

curves as (
    select * from {{ ref('support_curves') }}
),

-- What one life adds to its curve by when it ends: that of a churn, less what being at risk takes.
steps as (
    select
        exits.measure,
        exits.is_contacted,
        exits.cell,
        exits.lag_days,
        exits.factor / curves.at_risk as of_loss,
        {{ exact_sum(
            'exits.factor * curves.lost / power(curves.at_risk, 2)',
            'over (partition by exits.measure, exits.is_contacted, exits.cell order by exits.lag_days)'
        ) }} as of_risk
    from {{ ref('support_exits') }} as exits
    inner join curves using (measure, is_contacted, lag_days)
),

influences as (
    select
        horizons.horizon_months,
        horizons.horizon_days,
        steps.measure,
        steps.is_contacted,
        steps.cell,
        steps.lag_days,
        ends.survival * steps.of_loss as of_loss,
        ends.survival * steps.of_risk as of_risk
    from horizons
    inner join curves as ends on horizons.horizon_days = ends.lag_days
    inner join steps
        on ends.measure = steps.measure
        and ends.is_contacted = steps.is_contacted
        and horizons.horizon_days >= steps.lag_days
)

select * from influences
