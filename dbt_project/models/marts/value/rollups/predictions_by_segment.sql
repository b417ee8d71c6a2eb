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
        {{ sums('profiled', ['p_alive', 'purchases_expected', 'value_predicted']) }}
    from profiled
    group by profile_id
),

by_segment as (
    select
        segments.segment_type,
        segments.segment,
        {{ sums('by_profile', ['customers_predicted', 'p_alive', 'purchases_expected', 'value_predicted']) }}
    from by_profile
    inner join segments on by_profile.profile_id = segments.profile_id
    group by segments.segment_type, segments.segment
)

select * from by_segment
