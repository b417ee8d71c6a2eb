{{ config(materialized='table') }}

with units as (
    select * from {{ ref('change_units') }}
),

met as (
    select *, period_start as met_in, 0 as periods_between from units
    union all
    select *, {{ period_end('period_grain', 'period_start') }} + 1, 1 from units
),

pairs as (
    select
        {%- for column in change_key() %}
        units.{{ column }},
        {%- endfor %}
        {%- for column in unit_profiles(own_attributes('fct_survey_responses')) + ['weight', 'value'] %}
        units.{{ column }},
        met.{{ column }} as other_{{ column }},
        {%- endfor %}
        met.periods_between
    from units
    inner join met
        on units.customer_id = met.customer_id
        and units.metric = met.metric
        and units.instrument_version = met.instrument_version
        and units.period_grain = met.period_grain
        and units.period_start = met.met_in
        and units.unit_id <> met.unit_id
)

select * from pairs
