"""What a call changes: detractors who were called answer more the next time."""

import duckdb

# Whether it was called, an answer tells itself (crm.follow_ups).
_RECOVERED = """
create or replace table sim.answers as
with after as (
    select
        *,
        lag(ask) over history as ask_before,
        lag(band) over history as band_before,
        lag(responded_at) over history as responded_before,
        band_before = 'negative' and u('follow-up', ask_before) < 0.6
            and later(responded_before, 3600 + exponential(86400, 'contact', ask_before))
                < responded_at as was_called,
        if(was_called, least(score + $points, scale_max), score) as better,
        case
            when better >= positive_min then 'positive'
            when better >= passive_min then 'neutral'
            else 'negative'
        end as better_band,
        was_called and metric = 'nps' and score is not null as is_better,
    from sim.answers
    window history as (partition by customer, instrument_id order by responded_at, ask)
)
select
    * exclude (ask_before, band_before, responded_before, was_called, better, better_band,
        is_better)
    replace (
        if(is_better, better, score)::integer as score,
        if(is_better, better_band, band) as band,
        if(is_better, better_band, tone) as tone
    ),
from after
"""


def build(connection: duckdb.DuckDBPyConnection, points: int) -> None:
    """Raise scores in `sim.answers` of NPS answers after one that was called about."""
    if points:
        connection.execute(_RECOVERED, {"points": points})
