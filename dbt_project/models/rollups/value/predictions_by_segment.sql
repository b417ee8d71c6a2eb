{{ config(materialized='table') }}

{%- set purchases = gradient_of('value_predicted', bg_nbd_parameters()) -%}
{%- set values = gradient_of('value_predicted', gamma_gamma_parameters()) -%}
{%- set measures = ['p_alive', 'purchases_expected', 'value_predicted'] -%}
with predictions as (
    select * from {{ ref('int_customer_predictions') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
    where is_current
),

models as (
    select * from {{ ref('int_purchase_model') }}
),

customers as (
    select
        predictions.*,
        {{ profiles_as_of('spans') }}
    from predictions
    left join spans on predictions.customer_id = spans.customer_id
),

summed as (
    {{ by_segment(
        'customers',
        keys=[],
        aggregates=dict(sums_of(measures + purchases + values), customers_predicted='count(*)'),
    ) | indent }}
),

typed as (
    select
        segment_type,
        segment,
        customers_predicted,
        {{ measures | join(', ') }},
        {{ casts(purchases + values, 'double') }}
    from summed
),

with_variance as (
    select
        typed.*,
        {{ delta_variance(purchases, 'models.bg_nbd_covariance') }}
        + {{ delta_variance(values, 'models.gamma_gamma_covariance') }} as value_variance
    from typed
    cross join models
),

with_error as (
    select
        segment_type,
        segment,
        customers_predicted,
        {{ measures | join(', ') }},
        case when value_variance > 0 then sqrt(value_variance) end as value_predicted_se
    from with_variance
)

select * from with_error
