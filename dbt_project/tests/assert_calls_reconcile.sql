-- Every call of raw stands in the fact.
with landed as (
    {{ raw_totals(source('raw_tickets', 'calls'), 'call_id') }}
),

staged as (
    {{ staged_totals(ref('stg_tickets__calls')) }}
),

fact as (
    select count(*) as calls from {{ ref('fct_calls') }}
)

{{ uneven_steps(['landed', 'staged', 'fact'], [
    ('raw to staging: calls', 'landed.row_count - landed.superseded', 'staged.row_count'),
    ('raw to staging: content of calls', 'landed.content', 'staged.content'),
    ('staging to fact: calls', 'staged.row_count', 'fact.calls'),
]) }}
