{%- set least = var('min_responses') %}
{%- set covered = ['coverage * effective_all', 'effective_all'] %}
{%- set scores = {
    'nps_accounts': ('mean_x', 'accounts_answered'),
    'nps_mrr_weighted': ('weighted_x', 'effective_answered'),
} %}
with sums as (
    select * from {{ ref('account_sums') }}
),

estimates as (
    select
        *,
        -- Where nobody ever answered, nobody was asked.
        case when max(accounts_answered) over () > 0 then coalesce(mrr_answered, 0) / mrr end as coverage,
        -- As many accounts of equal MRR would tell as much (Kish 1965).
        mrr * mrr / mrr_square as effective_all,
        mrr_answered * mrr_answered / mrr_answered_square as effective_answered,
        sum_x / nullif(accounts_answered, 0) as mean_x,
        sum_mx / mrr_answered as weighted_x,
        nullif(accounts_answered - 1, 0) as degrees_of_freedom
    from sums
),

errors as (
    select
        *,
        sqrt(
            {{ sample_variance('sum_x', 'sum_x_square', 'nullif(accounts_answered, 0)') }} / accounts_answered
        ) as mean_x_se,
        sqrt(
            accounts_answered / cast(degrees_of_freedom as double)
            * greatest(
                sum_mmx_square - 2 * weighted_x * sum_mmx + weighted_x * weighted_x * mrr_answered_square, 0
            )
        ) / mrr_answered as weighted_x_se,
        {{ t_95('degrees_of_freedom') }} as t_quantile
    from estimates
),

scored as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        accounts,
        accounts_answered,
        mrr,
        coalesce(mrr_answered, 0) as mrr_answered,
        sum_x,
        sum_mx,
        accounts >= {{ least }} as is_reportable,
        {{ score('coverage') }} as mrr_coverage,
        {{ score('sqrt(coverage * (1 - coverage) / effective_all)') }} as mrr_coverage_se,
        {{ score(wilson_low(*covered)) }} as mrr_coverage_ci_low,
        {{ score(wilson_high(*covered)) }} as mrr_coverage_ci_high,
        {{ rounded('effective_answered') }} as effective_accounts
        {%- for score_name, (estimate, n) in scores.items() %}
        {%- set enough = n ~ ' >= ' ~ least %}
        {%- set known = enough ~ ' and ' ~ estimate ~ '_se is not null' %}
        {%- set margin = 't_quantile * ' ~ estimate ~ '_se' %},
        {{ score(estimate, enough) }} as {{ score_name }},
        {{ score(estimate ~ '_se', enough) }} as {{ score_name }}_se,
        {{ score('greatest(' ~ estimate ~ ' - ' ~ margin ~ ', -100)', known) }} as {{ score_name }}_ci_low,
        {{ score('least(' ~ estimate ~ ' + ' ~ margin ~ ', 100)', known) }} as {{ score_name }}_ci_high
        {%- endfor %}
    from errors
)

select * from scored
