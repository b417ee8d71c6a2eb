{%- set is_told = 'customers.followed >= ' ~ var('min_responses') %}
{%- set is_mrr_told = 'least(customers.followed, mrr.followed) >= ' ~ var('min_responses') %}
with horizons as (
    {{ support_horizons() | indent }}
),

lives as (
    select count(*) as subscribers, count(*) filter (where contact_day >= 0) as contacted
    from {{ ref('support_lives') }}
),

matches as (
    select count(*) as matched from {{ ref('support_contacts_matched') }}
    where measure = 'customers'
),

differences as (
    select * from {{ ref('support_differences') }}
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
        {{ score('customers.contacted', is_told) }} as retention_contacted,
        {{ score('customers.others', is_told) }} as retention_matched,
        {{ score('customers.difference', is_told) }} as difference,
        {{ score('greatest(customers.difference - customers.half_width, -1)', is_told) }}
            as difference_ci_low,
        {{ score('least(customers.difference + customers.half_width, 1)', is_told) }}
            as difference_ci_high,
        {{ score('mrr.contacted', is_mrr_told) }} as expansion_contacted,
        {{ score('mrr.others', is_mrr_told) }} as expansion_matched,
        {{ score('mrr.difference', is_mrr_told) }} as expansion_difference,
        {{ score('mrr.difference - mrr.half_width', is_mrr_told) }} as expansion_difference_ci_low,
        {{ score('mrr.difference + mrr.half_width', is_mrr_told) }} as expansion_difference_ci_high,
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
    left join differences as customers
        on horizons.horizon_months = customers.horizon_months and customers.measure = 'customers'
    left join differences as mrr
        on horizons.horizon_months = mrr.horizon_months and mrr.measure = 'mrr'
    left join checks on horizons.horizon_months = checks.horizon_months
    left join hazards on hazards.state = 'contacted_before'
    left join hazards as naive on naive.state = 'contacted_ever'
)

select * from reported
