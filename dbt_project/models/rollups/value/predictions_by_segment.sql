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

segments as (
    select * from {{ ref('int_profile_segments') }}
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

profiled as (
    {{ in_each_profile('customers') | indent }}
),

by_profile as (
    select
        profile_id,
        count(*) as customers_predicted,
        {{ sums('profiled', measures + purchases + values) }}
    from profiled
    group by profile_id
),

by_segment as (
    select
        segments.segment_type,
        segments.segment,
        {{ sums('by_profile', ['customers_predicted'] + measures) }},
        {{ sums('by_profile', purchases + values, as_type='double') }}
    from by_profile
    inner join segments on by_profile.profile_id = segments.profile_id
    group by segments.segment_type, segments.segment
),

with_variance as (
    select
        by_segment.*,
        {{ delta_variance(purchases, 'models.bg_nbd_covariance') }}
        + {{ delta_variance(values, 'models.gamma_gamma_covariance') }} as value_variance
    from by_segment
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
