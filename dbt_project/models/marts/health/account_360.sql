{%- set counts = ['support_contacts', 'open_tickets', 'missed_payments', 'texts'] -%}
{%- set money = ['clv_historical', 'clv_predicted', 'mrr_at_risk'] -%}
{%- set positives = {'csat': 'satisfied', 'ces': 'easy'} -%}
with customers as (
    select
        *,
        row_number() over (
            partition by account_id order by last_contact_at desc nulls last, customer_id asc
        ) as by_contact,
        row_number() over (
            partition by account_id order by health asc nulls last, mrr desc, customer_id asc
        ) as by_health
    from {{ ref('customer_360') }}
    inner join {{ ref('dim_customers') }} using (customer_id)
    where account_id is not null and not is_deleted
),

accounts as (
    select * from {{ ref('dim_accounts') }}
    where merged_into_account_id is null
),

summed as (
    select
        account_id,
        count(*) filter (where health_band = '{{ var("health_bands") | first }}') as customers_in_worst_band,
        count(nps_score) as nps_responses,
        count(*) filter (where nps_band = 'promoter') as promoters,
        count(*) filter (where nps_band = 'detractor') as detractors,
        max(nps_at) as nps_at,
        {%- for metric, positive in positives.items() %}
        count(*) filter (where {{ metric }}_band = '{{ positive }}')
        / cast(nullif(count({{ metric }}_score), 0) as double) as {{ metric }}_rate,
        {%- endfor %}
        count(*) filter (where follow_up_state = 'waiting') as follow_ups_waiting,
        {{ sums('customers', counts) }},
        {%- for amount in money %}
        {{ exact_sum(amount) }} as {{ amount }},
        {%- endfor %}
        {{ exact_sum('sentiment_mean * texts') }} / nullif(sum(texts), 0) as sentiment_mean,
        {{ exact_sum('health * mrr') }}
        / nullif({{ exact_sum('case when health is not null then mrr end') }}, 0) as health_by_mrr,
        {{ exact_sum('health') }} / nullif(count(health), 0) as health_mean,
        max(last_contact_at) as last_contact_at,
        max(case when by_contact = 1 then last_contact_kind end) as last_contact_kind,
        max(case when by_health = 1 and health is not null then customer_id end) as least_healthy_customer_id,
        max(case when by_health = 1 then reasons end) as reasons
    from customers
    group by account_id
),

joined as (
    select
        accounts.account_id,
        accounts.customers,
        cast(coalesce(summed.customers_in_worst_band, 0) as bigint) as customers_in_worst_band,
        accounts.mrr,
        {{ roundings(money) }},
        round(coalesce(summed.health_by_mrr, summed.health_mean), 1) as health,
        summed.least_healthy_customer_id,
        summed.reasons,
        cast(coalesce(summed.nps_responses, 0) as bigint) as nps_responses,
        cast(coalesce(summed.detractors, 0) as bigint) as detractors,
        {{ rounded(nps_estimate('summed.promoters', 'summed.detractors', 'summed.nps_responses')) }} as nps,
        summed.nps_at,
        {%- for metric, positive in positives.items() %}
        {{ rounded('summed.' ~ metric ~ '_rate') }} as {{ metric }}_{{ positive }}_rate,
        {%- endfor %}
        cast(coalesce(summed.follow_ups_waiting, 0) as bigint) as follow_ups_waiting,
        {%- for count in counts %}
        cast(coalesce(summed.{{ count }}, 0) as bigint) as {{ count }},
        {%- endfor %}
        {{ rounded('summed.sentiment_mean') }} as sentiment_mean,
        summed.last_contact_at,
        summed.last_contact_kind
    from accounts
    left join summed on accounts.account_id = summed.account_id
)

select * from joined
