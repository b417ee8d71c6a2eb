"""`python -m benchmarks.causes [SEEDS]`: whether the tables that say why name what is planted.

Samples with causes and without any are made and built as far as these tables need it; writes
benchmarks/causes.md. Ten seeds take some 15 minutes of processor time; themes and
sentiment need the extra `text`.
"""

import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.markdown import row
from benchmarks.ours.models import load_all
from benchmarks.report import FOLDER
from orchestration.building.dbt import run_dbt
from orchestration.building.fitting import ROLES, fit_all, fits_of
from orchestration.building.parsed import parsed
from orchestration.building.project import manifest
from orchestration.building.results import require_success
from orchestration.running.environment import export_environment
from orchestration.sample import write_sample
from orchestration.sample.truth import NO_CAUSES, Causes
from orchestration.settings import Settings
from orchestration.warehouse import connect

PLANTED = Causes(churn_factor_of_contact=0.7, points_of_call=2, price_mentioned_before_leaving=0.3)
WORLDS = {"planted": PLANTED, "nothing planted": NO_CAUSES}


_HEAD = """\
# Do the tables that say why name what is planted

Written by `python -m benchmarks.causes`: samples of 3,000 customers over 720 days, each seed with
causes and without any, built as far as these tables need it. **Named first**: seeds in which the
table names what is planted, surest or at rank 1. **Others**: of all else that it could claim of the
same samples, what it does. **Nothing planted**: of all that it could claim where there is nothing,
what it does. 5 % are meant, 2.5 % for drivers and health. Left out of others are changes of CSAT
since 2026, which the planted one moves too, and the other horizons, segments and dates of what is
planted in all of them, and a theme as which the planted texts are told, too. Sentiment is of all
time and of quarters, by channel of acquisition, industry and age, each segment beside the other
known customers. Health sees plans, which differ in churn and in scores in every sample.

| table | planted | named first | others | nothing planted |
| --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Judge:
    """A table, its planted cause in words, and the query of its claims.

    A row of the query is a claim that could have been made, with `is_made` and `is_planted`, which
    is null where more is planted than the one claim that is looked for.
    """

    table: str
    cause: str
    claims: str


Claims = list[tuple[bool | None, bool]]
Found = dict[tuple[str, Judge], Claims]
JUDGES = (
    Judge(
        "change_explained",
        "CSAT of the channel Search halves in the second quarter of 2026",
        """
        select
            metric = 'csat' and period_grain = 'quarter' and period_start = '2026-04-01'
                as is_planted,
            segment_type = 'acquisition_channel' and segment = 'Search' as is_it,
            coalesce(p < 0.05, false) and (is_it or not is_planted) as is_made
        from marts.change_explained
        where rank = 1 and (metric <> 'csat' or is_planted or period_start < '2026-01-01')
        """,
    ),
    Judge(
        "drivers_by_segment",
        "CSAT after a late delivery halves",
        """
        select
            outcome = 'csat' and segment_type = 'all' and driver = 'late_deliveries' as is_planted,
            is_above_chance and (rank = 1 or not is_planted) as is_made
        from marts.drivers_by_segment where driver not like 'theme %'
        """,
    ),
    Judge(
        "drivers_by_segment",
        "of those who leave 30 % mention the price in the 120 days before",
        """
        select
            outcome = 'staying' and driver = 'theme price' as is_told,
            case
                when is_told and segment_type = 'all' then true
                -- Their words in English are told as a complaint of quality, too.
                when not is_told and (outcome <> 'staying' or driver <> 'theme quality') then false
            end as is_planted,
            is_above_chance and (rank = 1 or is_planted is distinct from true) as is_made
        from marts.drivers_by_segment where driver like 'theme %'
        """,
    ),
    Judge(
        "voice_by_segment",
        "these mentions, so that who left speaks worse than the others",
        """
        with others as (
            select
                segment_type = 'lifecycle_current' as is_planted,
                segment = 'churned' as is_it,
                positive + neutral + negative as n,
                sum(n) over place - n as other_n,
                positive - negative as points,
                sum(points) over place - points as other_points,
                sum(positive + negative) over place - positive - negative as other_toned,
                points / n - other_points / other_n as difference,
                difference / sqrt(
                    ((positive + negative) / n - (points / n) ** 2) / n
                    + (other_toned / other_n - (other_points / other_n) ** 2) / other_n
                ) as z
            from marts.voice_by_segment
            where segment_type in ('acquisition_channel', 'industry', 'age_band')
                and segment <> 'unknown' and period_grain in ('quarter', 'all')
                or segment_type = 'lifecycle_current' and period_grain = 'all'
            window place as (partition by period_grain, period_start, segment_type)
        )
        select is_planted, case when is_planted then z < -1.96 else abs(z) > 1.96 end as is_made
        from others where least(n, other_n) >= 10 and z is not null and (is_it or not is_planted)
        """,
    ),
    Judge(
        "support_contact_by_segment",
        "the same in each plan and country",
        """
        select
            null as is_planted,
            difference_ci_low > 0 or difference_ci_high < 0 as is_made
        from marts.support_contact_by_segment where is_reportable and segment_type <> 'all'
        """,
    ),
    Judge(
        "support_contact_effect",
        "the chance to leave in a month is .7 of what it was once there was a contact",
        """
        select
            case when horizon_months = 12 then true end as is_planted,
            difference_ci_low > 0 or (difference_ci_high < 0 and is_planted is null) as is_made
        from marts.support_contact_effect where is_reportable
        """,
    ),
    Judge(
        "follow_up_by_segment",
        "a detractor who was called answers 2 points more",
        """
        select
            case when segment_type = 'all' then true end as is_planted,
            effect_ci_low > 0 or (effect_ci_high < 0 and is_planted is null) as is_made
        from marts.follow_up_by_segment
        where period_grain = 'all' and effect_p is not null
        """,
    ),
    Judge(
        "customer_health_backtest",
        "of those about to leave 30 % a month miss payments, of others 1 %",
        """
        select
            case when as_of = max(as_of) over () then true end as is_planted,
            verdict = 'predicts' as is_made
        from marts.customer_health_backtest
        where verdict <> 'too_few' and customer_kind = 'subscriber'
        """,
    ),
)


def main(seeds: int) -> None:
    """Judge as many samples of each kind, and write the page."""
    found: Found = defaultdict(list)
    with TemporaryDirectory() as home:
        os.environ |= {"CX_HOME": home, "CX_LANDING": f"{home}/landing"}
        settings = Settings()
        export_environment(settings)
        for seed in range(1, seeds + 1):
            for world, causes in WORLDS.items():
                for judge, claims in judged(settings, seed, causes):
                    found[world, judge] += claims
                print(f"seed {seed}, {world}", flush=True)
    page = [_HEAD, *(_row(judge, found, seeds) for judge in JUDGES)]
    (FOLDER / "causes.md").write_text("".join(page), encoding="utf-8")


def judged(settings: Settings, seed: int, causes: Causes) -> Iterator[tuple[Judge, Claims]]:
    """Make and build a sample in a home, in place of the one before; give what is claimed of it."""
    shutil.rmtree(settings.landing_dir, ignore_errors=True)
    settings.warehouse_file.unlink(missing_ok=True)
    write_sample(settings.landing_dir, seed=seed, causes=causes)
    load_all(settings)
    project = manifest(settings)
    tables = sorted({f"+{judge.table}" for judge in JUDGES})
    _build(settings, "--select", *tables, *_fitted(project), "--exclude", "source:fits+")
    with connect(settings) as connection:
        fit_all(connection, fits_of(project), settings.threads, lambda text: None)
    _build(settings, "--select", *(f"{table},source:fits+" for table in tables))
    with connect(settings) as connection:
        for judge in JUDGES:
            query = f"select is_planted, is_made from ({judge.claims})"
            yield judge, connection.execute(query).fetchall()


def _fitted(project: dict[str, Any]) -> Iterator[str]:
    """What is fitted, and what it is made from."""
    for source in project["sources"].values():
        yield from (f"+{source['meta'][role]}" for role in ROLES if role in source["meta"])


def _build(settings: Settings, *selection: str) -> None:
    options = ("--no-write-json", "--quiet", "--exclude-resource-type", "test", "unit_test")
    require_success(run_dbt(["build", *options, *selection], parsed(settings)).results)


def _row(judge: Judge, found: Found, seeds: int) -> str:
    in_planted = found["planted", judge]
    named = [made for is_planted, made in in_planted if is_planted]
    others = [made for is_planted, made in in_planted if is_planted is False]
    none = [made for _, made in found["nothing planted", judge]]
    first = f"{sum(named)} of {seeds}" if named else ""
    return row(judge.table, judge.cause, first, _share(others), _share(none))


def _share(made: list[bool]) -> str:
    return f"{sum(made) / len(made):.1%} of {len(made):,}" if made else ""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
