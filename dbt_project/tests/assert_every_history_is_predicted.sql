-- A fit that carries a prediction knows every purchase history: it was not fitted to earlier ones.
with histories as (
    select * from {{ ref('int_purchase_histories') }}
    where sample = 'whole'
),

predictions as (
    select * from {{ ref('int_customer_predictions') }}
),

models as (
    select * from {{ ref('int_purchase_model') }}
    where prediction_status = 'predicted'
),

unpredicted as (
    select histories.*
    from histories
    cross join models
    left join predictions on histories.customer_id = predictions.customer_id
    where predictions.customer_id is null
)

select * from unpredicted
