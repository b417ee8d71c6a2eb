{%- set components = ['score', 'recency', 'support', 'payment', 'sentiment'] -%}
with customers as (
    select * from {{ ref('health_customers') }}
    inner join {{ ref('customer_worth') }} using (customer_id)
    where is_now
),

voices as (
    select * from {{ ref('customer_voices') }}
),

contacts as (
    select * from {{ ref('last_contacts') }}
),

signals as (
    select * from {{ ref('health_signals') }}
),

health as (
    select * from {{ ref('customer_health') }}
),

points as (
    select
        {%- for component in components %}
        max(case when component = '{{ component }}' then points end) as {{ component }}_points,
        {%- endfor %}
        as_of,
        customer_id
    from {{ ref('component_points') }}
    group by as_of, customer_id
),

joined as (
    select
        customer_id,
        customers.account_id,
        customers.lifecycle,
        customers.customer_kind,
        customers.value_tier,
        cast(customers.mrr as double) as mrr,
        {{ rounded('customers.clv_historical') }} as clv_historical,
        {{ rounded('cast(customers.clv_predicted as double)') }} as clv_predicted,
        {{ rounded('cast(customers.p_alive as double)') }} as p_alive,
        {{ rounded('customers.tenure_hazard') }} as tenure_hazard,
        {%- for metric in ['nps', 'csat', 'ces'] %}
        cast(voices.{{ metric }}_score as double) as {{ metric }}_score,
        voices.{{ metric }}_band,
        voices.{{ metric }}_at,
        {%- endfor %}
        voices.follow_up_state,
        contacts.occurred_at as last_contact_at,
        contacts.kind as last_contact_kind,
        {%- for count in ['support_contacts', 'open_tickets', 'missed_payments', 'texts'] %}
        cast(coalesce(signals.{{ count }}, 0) as bigint) as {{ count }},
        {%- endfor %}
        {{ rounded('cast(signals.sentiment as double) / nullif(signals.texts, 0)') }} as sentiment_mean,
        health.health,
        health.band as health_band,
        {%- for component in components %}
        points.{{ component }}_points,
        {%- endfor %}
        health.missing_components,
        health.reasons,
        {{ rounded('health.churn_probability') }} as churn_probability,
        {{ rounded('cast(customers.mrr as double) * health.churn_probability') }} as mrr_at_risk,
        as_of
    from customers
    left join voices using (customer_id)
    left join contacts using (as_of, customer_id)
    left join signals using (as_of, customer_id)
    left join health using (as_of, customer_id)
    left join points using (as_of, customer_id)
)

select * from joined
