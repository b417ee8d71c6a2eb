"""NPS, CSAT and CES by month and plan, by pandas, from landing files and registries."""

import sys
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]

from benchmarks.elsewhere.values import LEAST, METRICS, write_values

KEYS = ["period", "segment"]


def versions_of_customers(landing: Path) -> pd.DataFrame:
    """Plan of each customer, and since when."""
    files = sorted((landing / "crm/customers").iterdir())
    rows = pd.concat([pd.read_csv(f, usecols=["customer_id", "updated_at", "plan"]) for f in files])
    rows = rows.drop_duplicates(["customer_id", "updated_at"], keep="last")
    rows["since"] = pd.to_datetime(rows["updated_at"]).astype("datetime64[us]")
    return rows.dropna(subset=["customer_id"]).sort_values("since").fillna({"plan": "unknown"})


def questions(landing: Path, seeds: Path) -> pd.DataFrame:
    """Every question to customers with its scale and bands; the registry's own wins."""
    registry = pd.read_csv(seeds / "survey_instruments.csv", dtype={"version": str})
    files = sorted((landing / "survey/instruments").iterdir())
    landed = pd.concat([pd.read_json(f, lines=True, dtype={"version": str}) for f in files])
    both = pd.concat([registry, landed]).drop_duplicates("instrument_id")
    return both[both["metric"].isin(METRICS) & both["audience"].ne("employee")]


def answers(landing: Path, seeds: Path) -> pd.DataFrame:
    """Scored answers in the plan of their instant; the first version counts before it."""
    files = sorted((landing / "survey/responses").iterdir(), key=lambda f: f.name[:10])
    rows = pd.concat([pd.read_json(f, lines=True, dtype=False, convert_dates=False) for f in files])
    rows["at"] = pd.to_datetime(rows["responded_at"], errors="coerce").astype("datetime64[us]")
    rows["score"] = pd.to_numeric(rows["score"], errors="coerce")
    rows = rows.dropna(subset=["at", "score", "response_id"])
    rows = rows.drop_duplicates("response_id", keep="last")
    rows = rows.merge(questions(landing, seeds), on="instrument_id")
    rows = rows[rows["score"].between(rows["scale_min"], rows["scale_max"])]
    rows["positive"] = rows["score"].between(rows["positive_min"], rows["positive_max"])
    rows["negative"] = ~rows["positive"] & ~(rows["score"] >= rows["passive_min"])
    rows["period"] = rows["at"].dt.strftime("%Y-%m-01")
    return in_plans(rows.sort_values("at"), versions_of_customers(landing))


def in_plans(rows: pd.DataFrame, versions: pd.DataFrame) -> pd.DataFrame:
    """Each answer once in the total and once in its plan."""
    columns = versions[["customer_id", "since", "plan"]]
    found = pd.merge_asof(rows, columns, left_on="at", right_on="since", by="customer_id")
    first = versions.drop_duplicates("customer_id").set_index("customer_id")["plan"]
    before = found["customer_id"].map(first)
    plan = found["plan"].fillna(before).fillna("unknown")
    return pd.concat([found.assign(segment="all"), found.assign(segment="plan " + plan)])


def scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Metric, period, segment and value; of CES the newest version of the period."""
    ces = rows["metric"] == "ces"
    newest = rows[ces & (rows["segment"] == "all")].groupby("period")["version"].max()
    kept = rows[~ces | (rows["version"] == rows["period"].map(newest))]
    grouped = kept.groupby(["metric", *KEYS]).agg(
        n=("score", "size"), positive=("positive", "mean"), negative=("negative", "mean")
    )
    grouped = grouped[grouped["n"] >= LEAST].reset_index()
    nps = 100 * (grouped["positive"] - grouped["negative"])
    grouped["value"] = grouped["positive"].where(grouped["metric"] != "nps", nps)
    return grouped[["metric", *KEYS, "value"]]


if __name__ == "__main__":
    landing, seeds, out = map(Path, sys.argv[1:])
    write_values(out, scores(answers(landing, seeds)).itertuples(index=False))
