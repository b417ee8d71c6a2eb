"""NPS, CSAT and CES by month and plan, by Polars, from landing files and registries."""

import sys
from pathlib import Path

import polars as pl  # type: ignore[import-not-found]

from benchmarks.elsewhere.values import LEAST, METRICS, write_values

KEYS = ["metric", "period", "segment"]
BOUNDS = ["scale_min", "scale_max", "positive_min", "positive_max", "passive_min"]
ANSWER = ("response_id", "instrument_id", "customer_id", "responded_at", "score")


def versions_of_customers(landing: Path) -> pl.LazyFrame:
    """Plan of each customer, and since when."""
    rows = pl.scan_csv(landing / "crm/customers/*.csv", infer_schema=False)
    return (
        rows.select("customer_id", "updated_at", pl.col("plan").fill_null("unknown"))
        .drop_nulls("customer_id")
        .unique(["customer_id", "updated_at"], keep="last", maintain_order=True)
        .with_columns(since=pl.col("updated_at").str.to_datetime(time_unit="us"))
        .sort("since")
    )


def questions(landing: Path, seeds: Path) -> pl.LazyFrame:
    """Every question to customers with its scale and bands; the registry's own wins."""
    names = ["instrument_id", "metric", "version", "audience", *BOUNDS]
    types = dict.fromkeys(BOUNDS, pl.Float64)
    registry = pl.scan_csv(seeds / "survey_instruments.csv", infer_schema=False).select(names)
    landed = pl.scan_ndjson(landing / "survey/instruments/*.jsonl").select(names).cast(pl.String)
    both = pl.concat([registry, landed]).unique("instrument_id", keep="first", maintain_order=True)
    is_to_customers = pl.col("audience").fill_null("customer") != "employee"
    return both.filter(pl.col("metric").is_in(METRICS) & is_to_customers).cast(types)


def answers(landing: Path, seeds: Path) -> pl.LazyFrame:
    """Scored answers in the plan of their instant; the first version counts before it."""
    files = sorted((landing / "survey/responses").iterdir(), key=lambda f: f.name[:10])
    schema = dict.fromkeys(ANSWER, pl.String)
    rows = pl.concat([pl.scan_ndjson(f, schema=schema, ignore_errors=True) for f in files])
    score, positive = pl.col("score"), pl.col("positive")
    return (
        rows.with_columns(
            at=pl.col("responded_at").str.to_datetime(time_unit="us", strict=False),
            score=score.cast(pl.Float64, strict=False),
        )
        .drop_nulls(["at", "score", "response_id"])
        .unique("response_id", keep="last", maintain_order=True)
        .join(questions(landing, seeds), on="instrument_id")
        .filter(score.is_between("scale_min", "scale_max"))
        .with_columns(
            positive=score.is_between("positive_min", pl.col("positive_max")),
            period=pl.col("at").dt.strftime("%Y-%m-01"),
        )
        .with_columns(negative=~positive & ~(score >= pl.col("passive_min")).fill_null(False))
        .sort("at")
    )


def in_plans(rows: pl.LazyFrame, versions: pl.LazyFrame) -> pl.LazyFrame:
    """Each answer once in the total and once in its plan."""
    placed = rows.join_asof(
        versions.select("customer_id", "since", "plan"),
        left_on="at",
        right_on="since",
        by="customer_id",
        check_sortedness=False,
    )
    first = versions.unique("customer_id", keep="first", maintain_order=True)
    first = first.select("customer_id", before="plan")
    plan = pl.coalesce("plan", "before", pl.lit("unknown"))
    found = placed.join(first, on="customer_id", how="left")
    total = found.with_columns(segment=pl.lit("all"))
    return pl.concat([total, found.with_columns(segment=pl.lit("plan ") + plan)])


def scores(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Metric, period, segment and value; of CES the newest version of the period."""
    is_ces = pl.col("metric") == "ces"
    newest = rows.filter(is_ces).group_by("period").agg(newest=pl.col("version").max())
    grouped = (
        rows.join(newest, on="period", how="left")
        .filter(~is_ces | (pl.col("version") == pl.col("newest")))
        .group_by(KEYS)
        .agg(n=pl.len(), positive=pl.col("positive").mean(), negative=pl.col("negative").mean())
        .filter(pl.col("n") >= LEAST)
    )
    nps = 100 * (pl.col("positive") - pl.col("negative"))
    is_nps = pl.col("metric") == "nps"
    return grouped.select(*KEYS, value=pl.when(is_nps).then(nps).otherwise("positive"))


if __name__ == "__main__":
    landing, seeds, out = map(Path, sys.argv[1:])
    rows = in_plans(answers(landing, seeds), versions_of_customers(landing))
    write_values(out, scores(rows).collect().iter_rows())
