{%- set least = var('min_responses') -%}
with scores as (
    select * from {{ ref('customer_health') }}
    where has_left is not null and churn_probability is not null
),

discriminations as (
    select * from {{ ref('health_discrimination') }}
),

in_bands as (
    select *, {{ each_of(["'all'", 'band']) }} as shown_band
    from scores
),

counted as (
    select
        as_of,
        customer_kind,
        shown_band as band,
        count(*) as customers,
        count(*) filter (where has_left) as churned,
        {{ exact_sum('churn_probability') }} / count(*) as predicted_rate,
        {{ exact_sum('power(churn_probability - cast(has_left as integer), 2)') }} / count(*) as squares
    from in_bands
    group by as_of, customer_kind, shown_band
),

rated as (
    select
        *,
        churned / cast(customers as double) as rate,
        max(case when band = 'all' then churned / cast(customers as double) end) over (
            partition by as_of, customer_kind
        ) as rate_of_all,
        band = 'all' and least(churned, customers - churned) >= {{ least }} as is_judged,
        customers >= {{ least }} as is_reportable
    from counted
),

bounded as (
    select
        rated.*,
        case when is_judged then discriminations.auc end as auc,
        case when is_judged then greatest(discriminations.auc - {{ z_95() }} * discriminations.auc_se, 0) end
            as auc_ci_low,
        case when is_judged then least(discriminations.auc + {{ z_95() }} * discriminations.auc_se, 1) end
            as auc_ci_high
    from rated
    left join discriminations using (as_of, customer_kind)
),

tested as (
    select
        cast(as_of as date) as as_of,
        customer_kind,
        band,
        cast(customers as bigint) as customers,
        cast(churned as bigint) as churned,
        {{ score('predicted_rate') }} as predicted_rate,
        {{ score('rate') }} as observed_rate,
        {{ score(wilson_low('churned', 'customers')) }} as observed_rate_ci_low,
        {{ score(wilson_high('churned', 'customers')) }} as observed_rate_ci_high,
        {{ score('rate / nullif(rate_of_all, 0)') }} as lift,
        {{ roundings(['auc', 'auc_ci_low', 'auc_ci_high']) }},
        {{ score('squares', 'is_judged') }} as brier,
        {{ score('rate * (1 - rate)', 'is_judged') }} as brier_base,
        case
            when band <> 'all' then null
            when not is_judged then 'too_few'
            when auc_ci_low > 0.5 then 'predicts'
            else 'does_not_predict'
        end as verdict,
        is_reportable
    from bounded
)

select * from tested
