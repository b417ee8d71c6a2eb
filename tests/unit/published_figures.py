"""A published file made by hand, as far as single figures are asked of it."""

from pathlib import Path

import duckdb

from orchestration.sql import literal
from tests.registries import DIM_METRICS

HOSTILE = '=HYPERLINK("http://evil","it\'s")'
_FIGURES = f"""
    create schema marts;
    create table marts.publish_info as
    select
        '20260301T000000000000Z' as publish_id, timestamp '2026-03-01 05:00' as published_at,
        'v1' as code_version, 'raw_survey.responses' as source_table, 300 as rows,
        date '2026-02-28' as newest_landing_date, timestamp '2026-02-28 03:00' as newest_event_at,
        'stale' as freshness, 1 as files_outside, 2 as rows_quarantined;
    create table marts.nps_by_segment (nps double);
    comment on column marts.nps_by_segment.nps is 'Promoters less detractors.';
    create table marts.metric_values as
    select * replace (value::double as value, ci_low::double as ci_low, ci_high::double as ci_high)
    from (values
        ('month', date '2026-01-01', 'all', 'all', 'nps', 20.0, 5.0, 25.0, 15.0, 200, true),
        ('month', date '2026-02-01', 'all', 'all', 'nps', 30.0, 9.0, 35.0, 25.0, 300, true),
        ('month', date '2026-02-01', 'plan', 'pro', 'nps', -12.5, -1.0, 1.5, -26.5, 80, true),
        ('month', date '2026-02-01', 'plan', {literal(HOSTILE)}, 'nps', null, null, null, null, 9,
            false),
        ('all', null, 'it''s "odd"', '-1', 'nps', 5.0, 1.0, 15.0, -5.0, 20, true),
        ('month', date '2026-02-01', 'all', 'all', 'reopen_rate', .125, 1.0, .5, .01, 8, true)
    ) as t(period_grain, period_start, segment_type, segment, metric, value, numerator, ci_high,
        ci_low, denominator, is_reportable);
    comment on table marts.metric_values is 'All of them.';
    create table marts.change_explained as
    select * replace (
        mix::double as mix, mix_se::double as mix_se, rate::double as rate,
        rate_se::double as rate_se, divergence::double as divergence,
        divergence_se::double as divergence_se
    )
    from (values
        ('nps', null, 'month', date '2026-02-01', 'all', 'all', 200, 300, 20.0, 30.0, 0.0, 0.0,
            10.0, 1.5, 0.0, 0.0, null, null, 'NPS rose by 10.0 ± 2.9: pro.', true),
        ('nps', null, 'month', date '2026-02-01', 'plan', 'pro', 90, 80, 1.0, 30.0, -1.0, 0.5,
            10.0, 2.0, 9.0, 1.0, .01, 1, 'pro answered better, +10.0 ± 3.9', true),
        ('nps', null, 'month', date '2026-02-01', 'plan', '(others)', 9, 9, null, null, 1.0, null,
            0.0, null, null, null, null, 2, 'few', false)
    ) as t(metric, instrument_version, period_grain, period_start, segment_type, segment, n_before,
        n_after, value_before, value_after, mix, mix_se, rate, rate_se, divergence, divergence_se,
        p, rank, sentence, is_reportable);
"""


def publish_figures(home: Path) -> None:
    """Publish in a home some figures of NPS by month and plan, and what explains its change."""
    folder = home / "published"
    folder.mkdir(parents=True)
    with duckdb.connect(folder / "cx.duckdb") as connection:
        connection.execute(_FIGURES)
        connection.execute(DIM_METRICS)
