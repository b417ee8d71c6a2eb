with registry as (
    select * from {{ ref('survey_instruments') }}
),

landed as (
    select * from {{ ref('stg_survey__instruments') }}
),

instruments as (
    select
        instrument_id, metric, version, question, scale_min, scale_max, higher_is_better,
        positive_min, positive_max, passive_min, audience
    from registry
    union all
    select
        instrument_id, metric, version, question, scale_min, scale_max, higher_is_better,
        positive_min, positive_max, passive_min, audience
    from landed
    where instrument_id not in (select registry.instrument_id from registry)
),

addressed as (
    select
        instrument_id, metric, version, question, scale_min, scale_max, higher_is_better,
        positive_min, positive_max, passive_min,
        coalesce(audience, 'customer') as audience
    from instruments
),

hashed as (
    select
        *,
        {{ row_hash([
            'instrument_id', 'metric', 'version', 'scale_min', 'scale_max', 'higher_is_better',
            'positive_min', 'positive_max', 'passive_min', 'audience',
        ]) }} as instrument_hash
    from addressed
)

select * from hashed
