with histories as (
    select count(*) as customers
    from {{ ref('int_purchase_histories') }}
    where sample = 'whole'
),

newest as (
    select * from {{ source('fits', 'purchase_models') }}
    where sample = 'whole'
    qualify fit_number = max(fit_number) over ()
),

judged as (
    -- A fit to other histories than those of now is none.
    select
        newest.p,
        newest.q,
        newest.v,
        newest.bg_nbd_covariance,
        newest.gamma_gamma_covariance,
        case
            when newest.customers is null then 'not_fitted'
            when newest.customers < {{ var('prediction_min_customers') }} then 'too_few_customers'
            when newest.repeat_customers = 0 then 'no_repeat_buyers'
            when not newest.bg_nbd_converged then 'purchases_not_converged'
            when newest.spending_customers = 0 then 'no_repeat_values'
            when not newest.gamma_gamma_converged then 'values_not_converged'
            when newest.q <= 1 then 'no_finite_mean_value'
            else 'predicted'
        end as prediction_status
    from histories
    left join newest on histories.customers = newest.customers
)

select * from judged
