-- Where nobody mentions us, a share of voice is 0, or the platform has another name in one of both tables.
{{ config(severity='warn', meta={
    'remedy': 'Name platforms alike in voice/mentions and voice/competitor_mentions, or land what is said of you there.'
}) }}
with mentions as (
    select * from {{ ref('brand_mentions') }}
),

without_ours as (
    select concat('on the platform ', platform, ' competitors are mentioned and you are not') as sentence
    from mentions
    group by platform
    having not bool_or(is_own)
)

select * from without_ours
