with scores as (
    select * from {{ ref('account_scores') }}
),

reported as (
    select
        period_grain,
        period_start,
        segment_type,
        segment,
        accounts,
        accounts_answered,
        mrr,
        mrr_answered,
        mrr_coverage,
        nps_accounts,
        nps_accounts_ci_low,
        nps_accounts_ci_high,
        effective_accounts,
        nps_mrr_weighted,
        nps_mrr_weighted_se,
        nps_mrr_weighted_ci_low,
        nps_mrr_weighted_ci_high,
        is_reportable
    from scores
)

select * from reported
