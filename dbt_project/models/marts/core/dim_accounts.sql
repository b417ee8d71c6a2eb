with crm as (
    select * from {{ ref('stg_crm__accounts') }}
),

contacts as (
    select * from {{ ref('int_account_contacts') }}
),

subscriptions as (
    select * from {{ ref('int_subscription_versions_dated') }}
),

mergers as (
    select * from {{ ref('int_account_merges') }}
),

present as (
    select * from {{ ref('int_accounts_now') }}
),

named as (
    select account_id from crm
    union
    select account_id from contacts
    union
    select account_id from subscriptions
    where account_id is not null
    union
    select merged_into from mergers
),

accounts as (
    select
        named.account_id,
        {{ account_named('crm.parent_account_id') }} as parent_account_id,
        mergers.merged_into as merged_into_account_id,
        crm.owner_id,
        crm.name,
        crm.industry,
        crm.size_band,
        crm.country,
        crm.region,
        crm.account_id is not null as is_in_crm,
        coalesce(crm.is_deleted, false) as is_deleted,
        cast(coalesce(present.customers, 0) as bigint) as customers,
        cast(coalesce(present.mrr, 0) as double) as mrr
    from named
    left join crm on named.account_id = crm.account_id
    left join mergers on named.account_id = mergers.account_id and mergers.valid_to = {{ end_of_time() }}
    left join present on named.account_id = present.account_id
)

select * from accounts
