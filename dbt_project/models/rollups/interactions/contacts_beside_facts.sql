{{ config(materialized='table') }}

with clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

answers as (
    select * from {{ ref('fct_survey_responses') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

contacts as (
    select 'review' as kind, review_id as source_id, customer_id, published_at as occurred_at
    from {{ ref('stg_voice__reviews') }}
    union all
    select 'mention', mention_id, customer_id, posted_at
    from {{ ref('stg_voice__mentions') }}
    union all
    select 'post', post_id, customer_id, posted_at
    from {{ ref('stg_voice__posts') }}
    union all
    select 'follow_up', follow_ups.follow_up_id, answers.customer_id, follow_ups.contacted_at
    from {{ ref('stg_crm__follow_ups') }} as follow_ups
    inner join answers on follow_ups.response_id = answers.response_id
),

known as (
    select contacts.*
    from contacts
    cross join clock
    where contacts.customer_id is not null and {{ plausible('contacts.occurred_at') }} is not null
),

in_profiles as (
    select
        known.*,
        {{ profiles_as_of('spans') }},
        {{ event_month('known.occurred_at') }} as event_month
    from known
    left join spans on {{ as_of_span('known', 'known.occurred_at', 'spans') }}
)

select * from in_profiles
