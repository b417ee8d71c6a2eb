with histories as (
    select *, greatest(coalesce(repeat_value_mean, 0), 0) as value_mean
    from {{ ref('int_purchase_histories') }}
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
    select
        histories.customer_id,
        expectations.p_alive,
        expectations.purchases_expected,
        expectations.purchases_discounted,
        {%- for derivative in gradient_of('purchases_discounted', bg_nbd_parameters()) %}
        expectations.{{ derivative }},
        {%- endfor %}
        models.p,
        models.q,
        models.v,
        models.v + histories.valued_purchases * histories.value_mean as total_value,
        models.p * histories.valued_purchases + models.q - 1 as total_shape
    from histories
    cross join models
    inner join expectations
        on histories.repeat_purchases = expectations.repeat_purchases
        and histories.recency_days = expectations.recency_days
        and histories.age_days = expectations.age_days
),

valued as (
    -- A customer without a valued repeat purchase is expected to spend the mean p v ÷ (q − 1) of all.
    select
        *,
        p * total_value / total_shape as purchase_value_expected,
        purchases_discounted * p * total_value / total_shape as value_predicted
    from expected
),

predicted as (
    -- Decimals, so that the order of summation shows nowhere.
    select
        customer_id,
        cast(p_alive as decimal(18, 9)) as p_alive,
        cast(purchases_expected as decimal(18, 9)) as purchases_expected,
        cast(purchase_value_expected as decimal(28, 9)) as purchase_value_expected,
        cast(value_predicted as decimal(28, 9)) as value_predicted,
        {%- for name in bg_nbd_parameters() %}
        cast(purchases_discounted_gradient_{{ name }} * purchase_value_expected as decimal(28, 9))
            as value_predicted_gradient_{{ name }},
        {%- endfor %}
        cast(value_predicted * (q - 1) / total_shape as decimal(28, 9)) as value_predicted_gradient_p,
        cast(-value_predicted * q / total_shape as decimal(28, 9)) as value_predicted_gradient_q,
        cast(purchases_discounted * p * v / total_shape as decimal(28, 9)) as value_predicted_gradient_v
    from valued
)

select * from predicted
