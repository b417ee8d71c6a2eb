{{ config(materialized='table') }}

{%- set place = 'segment_type, segment, measure, is_contacted' %}

with horizons as (
    {{ support_horizons() | indent }}
),

curves as (
    select * from {{ ref('support_curves') }}
),

-- What one life adds to its curve by when it ends: that of a churn, less what being at risk takes.
steps as (
    select
        {{ place }},
        cell,
        lag_days,
        exits.factor / curves.at_risk as of_loss,
        {{ exact_sum(
            'exits.factor * curves.lost / power(curves.at_risk, 2)',
            'over (partition by ' ~ place ~ ', cell order by lag_days)'
        ) }} as of_risk
    from {{ ref('support_exits') }} as exits
    inner join {{ ref('support_cells') }} using (cell)
    inner join curves using ({{ place }}, lag_days)
),

influences as (
    select
        horizons.horizon_months,
        horizons.horizon_days,
        {{ place }},
        steps.cell,
        steps.lag_days,
        ends.survival * steps.of_loss as of_loss,
        ends.survival * steps.of_risk as of_risk
    from horizons
    inner join curves as ends on horizons.horizon_days = ends.lag_days
    inner join steps using ({{ place }})
    where horizons.horizon_days >= steps.lag_days
)

select * from influences
