{%- set difference = 'contacted.survival - controls.survival' %}
{%- set width = z_95() ~ ' * errors.difference_se' %}
{%- set is_told = 'least(contacted.at_risk, errors.others_followed) >= ' ~ var('min_responses') %}
with horizons as (
    {{ support_horizons() | indent }}
),

lives as (
    select count(*) as subscribers, count(*) filter (where contact_day >= 0) as contacted
    from {{ ref('support_lives') }}
),

matches as (
    select count(*) as matched from {{ ref('support_contacts_matched') }}
),

curves as (
    select * from {{ ref('support_curves') }}
),

errors as (
    select * from {{ ref('support_errors') }}
),

checks as (
    select * from {{ ref('support_checks') }}
),

hazards as (
    select * from {{ ref('support_hazards') }}
),

reported as (
    select
        cast(horizons.horizon_months as integer) as horizon_months,
        cast(lives.subscribers as bigint) as subscribers,
        cast(lives.contacted as bigint) as contacted,
        cast(matches.matched as bigint) as matched,
        {{ score('contacted.survival', is_told) }} as retention_contacted,
        {{ score('controls.survival', is_told) }} as retention_matched,
        {{ score(difference, is_told) }} as difference,
        {{ score('greatest(' ~ difference ~ ' - ' ~ width ~ ', -1)', is_told) }} as difference_ci_low,
        {{ score('least(' ~ difference ~ ' + ' ~ width ~ ', 1)', is_told) }} as difference_ci_high,
        {{ rounded('checks.landmark_retention_contacted - checks.landmark_retention_others') }}
            as landmark_difference,
        {{ rounded('checks.ever_retention_contacted') }} as naive_retention_contacted,
        {{ rounded('checks.ever_retention_others') }} as naive_retention_others,
        {{ rounded('checks.ever_retention_contacted - checks.ever_retention_others') }} as naive_difference,
        coalesce(hazards.observed, 0) as churned_contacted,
        {{ rounded('hazards.expected') }} as churned_expected,
        {{ rounded('hazards.variance') }} as churned_variance,
        {{ rounded('hazards.hazard_ratio') }} as hazard_ratio,
        {{ rounded(two_sided_p('sqrt(hazards.chi_square)')) }} as hazard_ratio_p,
        {{ rounded('naive.hazard_ratio') }} as naive_hazard_ratio,
        coalesce({{ is_told }}, false) as is_reportable
    from horizons
    cross join lives
    cross join matches
    left join curves as contacted on horizons.horizon_days = contacted.lag_days and contacted.is_contacted
    left join curves as controls on horizons.horizon_days = controls.lag_days and not controls.is_contacted
    left join errors on horizons.horizon_months = errors.horizon_months
    left join checks on horizons.horizon_months = checks.horizon_months
    left join hazards on hazards.state = 'contacted_before'
    left join hazards as naive on naive.state = 'contacted_ever'
)

select * from reported
