{{ config(materialized='table') }}

with clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

texts as (
    select
        'answer' as text_source,
        response_id as text_id,
        customer_id,
        comment as body,
        language,
        case answer_band when 'positive' then 'promoter' when 'negative' then 'detractor' else answer_band end
            as score_band,
        cast(null as double) as rating,
        responded_at as happened_at
    from {{ ref('int_survey_responses_scored') }}
    union all
    select
        'review', review_id, customer_id, body, language,
        null, cast(rating as double) / cast(rating_max as double), published_at
    from {{ ref('stg_voice__reviews') }}
    {%- for text_source, key, instant in [
        ('mention', 'mention_id', 'posted_at'),
        ('post', 'post_id', 'posted_at'),
        ('note', 'note_id', 'recorded_at'),
    ] %}
    union all
    select '{{ text_source }}', {{ key }}, customer_id, body, language, null, null, {{ instant }}
    from {{ ref('stg_voice__' ~ text_source ~ 's') }}
    {%- endfor %}
    union all
    select 'ticket', ticket_id, customer_id, subject, null, null, null, created_at
    from {{ ref('stg_tickets__tickets') }}
    where exclusion_reason is null
),

written as (
    select
        texts.*,
        {{ collapsed('texts.body') }} as collapsed_body
    from texts
    cross join clock
    where {{ plausible('texts.happened_at') }} is not null
),

normalised as (
    select
        text_source,
        text_id,
        md5(lower(collapsed_body)) as text_hash,
        customer_id,
        body,
        {{ primary_subtag('language') }} as language,
        score_band,
        rating,
        happened_at
    from written
    where collapsed_body <> ''
),

marked as (
    select
        *,
        coalesce(
            lag(happened_at) over same_text + interval '{{ var("text_repeat_days") }}' day >= happened_at,
            false
        ) as is_repeat
    from normalised
    -- The text before has to be one of that customer: nobody's texts, many of them alike, are apart.
    window same_text as (
        partition by customer_id, case when customer_id is null then text_id end, text_hash
        order by happened_at, text_source, text_id
    )
)

select * from marked
