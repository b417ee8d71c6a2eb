with models as (
    select
        language,
        method,
        {{ rounded('auc') }} as auc,
        {{ rounded('auc_ci_low') }} as auc_ci_low,
        {{ rounded('auc_ci_high') }} as auc_ci_high,
        holdout_texts,
        is_used,
        trained_until
    from {{ source('fits', 'text_heads') }}
)

select * from models
