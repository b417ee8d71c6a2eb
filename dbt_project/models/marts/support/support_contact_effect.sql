{%- set measured = [
    'retention_contacted', 'retention_matched', 'difference', 'difference_ci_low', 'difference_ci_high',
    'expansion_contacted', 'expansion_matched', 'expansion_difference', 'expansion_difference_ci_low',
    'expansion_difference_ci_high',
] %}
with horizons as (
    {{ support_horizons() | indent }}
),

lives as (
    select count(*) as subscribers from {{ ref('support_lives') }}
),

effects as (
    select * from {{ ref('support_contact_by_segment') }}
    where segment_type = 'all'
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
        {{ zeros_for_nulls('effects', ['contacted', 'matched']) }},
        effects.{{ measured | join(', effects.') }},
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
        coalesce(effects.is_reportable, false) as is_reportable
    from horizons
    cross join lives
    left join effects on horizons.horizon_months = effects.horizon_months
    left join checks on horizons.horizon_months = checks.horizon_months
    left join hazards on hazards.state = 'contacted_before'
    left join hazards as naive on naive.state = 'contacted_ever'
)

select * from reported
