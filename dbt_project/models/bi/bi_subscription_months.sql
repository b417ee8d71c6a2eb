{{ config(alias='subscription_months') }}

with months as (
    select * from {{ ref('fct_subscription_months') }}
),

wide as (
    select
        months.month_start,
        months.customer_id,
        cast(months.is_active_start as int) as customers_start,
        cast(months.is_new as int) as customers_new,
        cast(months.is_reactivated as int) as customers_reactivated,
        cast(months.is_churned as int) as customers_churned,
        months.mrr_start,
        months.mrr_new,
        months.mrr_reactivated,
        months.mrr_expansion,
        months.mrr_contraction,
        months.mrr_churned,
        months.terms_due,
        {%- for segment_type in customer_segment_types() %}
        {{ customer_segment(segment_type) }},
        {%- endfor %}
        months.terms_renewed
    from months
    {{ joined_profiles('months') }}
)

select * from wide
