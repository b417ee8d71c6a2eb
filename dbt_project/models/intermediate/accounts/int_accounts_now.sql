with horizon as (
    select {{ dbt.dateadd('day', 1, 'known_until') }} as known_until
    from {{ ref('int_subscription_horizon') }}
),

contacts as (
    select * from {{ ref('int_account_contacts') }}
    where valid_to = {{ end_of_time() }}
),

deleted as (
    select * from {{ ref('stg_crm__customers') }}
    where is_deleted
),

subscriptions as (
    select * from {{ ref('int_subscription_spans') }}
),

mergers as (
    select * from {{ ref('int_account_merges') }}
    where valid_to = {{ end_of_time() }}
),

members as (
    select
        contacts.account_id,
        1 as customers,
        cast(0 as decimal(18, 2)) as mrr
    from contacts
    left join deleted on contacts.customer_id = deleted.customer_id
    where deleted.customer_id is null
    union all
    select
        coalesce(subscriptions.account_id, contacts.account_id) as account_id,
        0 as customers,
        subscriptions.mrr_reporting as mrr
    from subscriptions
    inner join horizon on {{ in_span('horizon.known_until', 'subscriptions') }}
    left join contacts on subscriptions.customer_id = contacts.customer_id
),

accounts as (
    select
        coalesce(mergers.merged_into, members.account_id) as account_id,
        sum(members.customers) as customers,
        coalesce(sum(members.mrr), 0) as mrr
    from members
    left join mergers on members.account_id = mergers.account_id
    where members.account_id is not null
    group by coalesce(mergers.merged_into, members.account_id)
)

select * from accounts
