with texts as (
    select * from {{ ref('int_texts') }}
),

sentiments as (
    select * from {{ source('fits', 'text_sentiments') }}
),

languages as (
    select * from {{ source('fits', 'text_languages') }}
),

extracts as (
    select * from {{ ref('int_text_extracts') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

told as (
    select
        texts.text_source,
        texts.text_id,
        texts.customer_id,
        {{ profiles_as_of('spans') }},
        coalesce(languages.language_group, texts.language, sentiments.language) as language,
        case when texts.language is not null then 'source' else sentiments.language_method end
            as language_method,
        sentiments.sentiment,
        sentiments.sentiment_band,
        sentiments.sentiment_method,
        sentiments.theme_method,
        extracts.extract,
        texts.is_repeat,
        texts.happened_at
    from texts
    left join sentiments on texts.text_hash = sentiments.text_hash
    left join languages on texts.language = languages.language
    left join extracts on texts.text_source = extracts.text_source and texts.text_id = extracts.text_id
    left join spans on {{ as_of_span('texts', 'texts.happened_at', 'spans') }}
)

select * from told
