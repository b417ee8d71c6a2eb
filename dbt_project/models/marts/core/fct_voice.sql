with clock as (
    select * from {{ ref('stg_ledger__clock') }}
),

texts as (
    select * from {{ ref('fct_texts') }}
),

spans as (
    select * from {{ ref('int_profile_spans') }}
),

voices as (
    select
        'review' as text_source,
        review_id as text_id,
        customer_id,
        platform,
        product_id,
        cast(null as string) as thread_id,
        cast(null as string) as kind,
        cast(null as boolean) as is_solution,
        language,
        cast(rating as double) / cast(rating_max as double) as rating,
        published_at as happened_at
    from {{ ref('stg_voice__reviews') }}
    union all
    select 'mention', mention_id, customer_id, platform, null, null, null, null, language, null, posted_at
    from {{ ref('stg_voice__mentions') }}
    union all
    select 'post', post_id, customer_id, null, null, thread_id, kind, is_solution, language, null, posted_at
    from {{ ref('stg_voice__posts') }}
    union all
    select 'note', note_id, customer_id, null, null, null, kind, null, language, null, recorded_at
    from {{ ref('stg_voice__notes') }}
),

told as (
    select
        voices.text_source,
        voices.text_id,
        voices.customer_id,
        {{ profiles_as_of('spans') }},
        voices.platform,
        voices.product_id,
        voices.thread_id,
        voices.kind,
        coalesce(texts.language, {{ primary_subtag('voices.language') }}) as language,
        {{ time_exclusion(first='voices.happened_at', last='voices.happened_at') }} as exclusion_reason,
        voices.is_solution,
        coalesce(texts.is_repeat, false) as is_repeat,
        {{ rounded('voices.rating') }} as rating,
        texts.sentiment,
        texts.sentiment_band,
        texts.sentiment_method,
        voices.happened_at
    from voices
    cross join clock
    left join texts on voices.text_source = texts.text_source and voices.text_id = texts.text_id
    left join spans on {{ as_of_span('voices', 'voices.happened_at', 'spans') }}
)

select * from told
