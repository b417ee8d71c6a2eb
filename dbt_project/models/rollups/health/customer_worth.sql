with customers as (
    select * from {{ ref('int_customers_seen') }}
),

contacts as (
    select * from {{ ref('int_account_contacts') }}
    where valid_to = {{ end_of_time() }}
),

mergers as (
    select * from {{ ref('int_account_merges') }}
    where valid_to = {{ end_of_time() }}
),

tiers as (
    select customer_id, max_by(value_tier, valid_from) as value_tier
    from {{ ref('int_value_tier_spans') }}
    group by customer_id
),

orders as (
    select * from {{ ref('customer_orders') }}
),

predictions as (
    select * from {{ ref('int_customer_predictions') }}
),

horizon as (
    select * from {{ ref('int_subscription_horizon') }}
),

tenures as (
    select * from {{ ref('subscriber_tenures') }}
),

lives as (
    select
        'all' as segment_type,
        'all' as segment,
        tenure_months,
        count(*) as customers,
        count(*) filter (where is_churned) as churned
    from tenures
    group by tenure_months
),

hazards as (
    {{ life_table('lives', 'tenure_months', lives='customers', events=['churned']) | indent }}
),

worth as (
    select
        customers.customer_id,
        coalesce(mergers.merged_into, contacts.account_id) as account_id,
        tiers.value_tier,
        cast(orders.net_amount_reporting as double) as clv_historical,
        predictions.value_predicted as clv_predicted,
        predictions.p_alive,
        case
            when hazards.at_risk >= {{ var('min_responses') }}
                then hazards.churned / cast(hazards.at_risk as double)
        end as tenure_hazard
    from customers
    cross join horizon
    left join contacts on customers.customer_id = contacts.customer_id
    left join mergers on contacts.account_id = mergers.account_id
    left join tiers on customers.customer_id = tiers.customer_id
    left join orders on customers.customer_id = orders.customer_id
    left join predictions on customers.customer_id = predictions.customer_id
    left join tenures on customers.customer_id = tenures.customer_id and not tenures.is_churned
    left join hazards
        on {{ dbt.datediff('tenures.cohort_month', 'horizon.first_open_month', 'month') }}
        = hazards.tenure_months
)

select * from worth
