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
        coalesce(exclusion_reason = 'resubmitted', false) as is_resubmitted,
        responded_at as happened_at
    from {{ ref('int_survey_responses_scored') }}
    union all
    select
        'review', review_id, customer_id, body, language,
        null, cast(rating as double) / cast(rating_max as double), false, published_at
    from {{ ref('stg_voice__reviews') }}
    {%- for text_source, key, instant in [
        ('mention', 'mention_id', 'posted_at'),
        ('post', 'post_id', 'posted_at'),
        ('note', 'note_id', 'recorded_at'),
    ] %}
    union all
    select '{{ text_source }}', {{ key }}, customer_id, body, language, null, null, false, {{ instant }}
    from {{ ref('stg_voice__' ~ text_source ~ 's') }}
    {%- endfor %}
    union all
    select 'ticket', ticket_id, customer_id, subject, null, null, null, false, created_at
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
        is_resubmitted,
        happened_at
    from written
    where collapsed_body <> ''
)

select * from normalised
