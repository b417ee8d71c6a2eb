with histories as (
    select * from {{ ref('int_purchase_histories') }}
    where sample = 'whole'
),

expectations as (
    select * from {{ source('fits', 'purchase_predictions') }}
    where sample = 'whole'
),

models as (
    select * from {{ ref('int_purchase_model') }}
    where prediction_status = 'predicted'
),

expected as (
    -- A customer without a valued repeat purchase is expected to spend the mean p v ÷ (q − 1) of all.
    select
        histories.customer_id,
        expectations.p_alive,
        expectations.purchases_expected,
        expectations.purchases_discounted,
        models.p * (
            models.v + histories.valued_purchases * greatest(coalesce(histories.repeat_value_mean, 0), 0)
        ) / (models.p * histories.valued_purchases + models.q - 1) as purchase_value_expected
    from histories
    cross join models
    inner join expectations
        on histories.repeat_purchases = expectations.repeat_purchases
        and histories.recency_days = expectations.recency_days
        and histories.age_days = expectations.age_days
),

predicted as (
    -- Decimals, so that the order of summation shows nowhere.
    select
        customer_id,
        cast(p_alive as decimal(18, 9)) as p_alive,
        cast(purchases_expected as decimal(18, 9)) as purchases_expected,
        cast(purchase_value_expected as decimal(28, 9)) as purchase_value_expected,
        cast(purchases_discounted * purchase_value_expected as decimal(28, 9)) as value_predicted
    from expected
)

select * from predicted
