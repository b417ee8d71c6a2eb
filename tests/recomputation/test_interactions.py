"""Contacts of customers, gathered in plain Python from all that landed."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pandas as pd  # type: ignore[import-untyped]

from tests.recomputation.test_support import newest, registry

Ask = Callable[[str], pd.DataFrame]
# Kind, table, key and instant of what no gate of a fact keeps out.
KINDS = (
    ("order", "orders/orders", "order_id", "ordered_at"),
    ("review", "voice/reviews", "review_id", "published_at"),
    ("mention", "voice/mentions", "mention_id", "posted_at"),
    ("post", "voice/posts", "post_id", "posted_at"),
    ("follow_up", "crm/follow_ups", "follow_up_id", "contacted_at"),
)
STAGES = {row["touchpoint"]: row["stage"] for row in registry("touchpoints")}
TOUCHPOINTS = {row["kind"]: row["touchpoint"] for row in registry("interaction_kinds")}


def is_sound(row: dict[str, str]) -> bool:
    """Whether a review has a rating on its scale; of other rows nothing is asked here."""
    try:
        return "rating" not in row or 0 <= float(row["rating"]) <= float(row["rating_max"])
    except ValueError:
        return False


def test_interactions(published: Ask, landed: Ask) -> None:
    answers = newest(landed("survey/responses"), "response_id").set_index("response_id")
    expected: Counter[tuple[str, str, str, str]] = Counter()
    for kind, table, key, instant in KINDS:
        for row in newest(landed(table), key).to_dict("records"):
            customer = row.get("customer_id") or ""
            if kind == "follow_up" and row["response_id"] in answers.index:
                customer = answers.customer_id[row["response_id"]]
            if customer and row[instant] and is_sound(row):
                month = datetime.fromisoformat(row[instant]).strftime("%Y-%m")
                expected[kind, STAGES[TOUCHPOINTS[kind]], month, customer] += 1
    found = published(
        f"""
        select kind, stage, strftime(occurred_at, '%Y-%m') as month, customer_id, count(*) as n
        from marts.fct_interactions
        where kind in {tuple(kind for kind, *_ in KINDS)}
        group by all
        """
    )
    counted = {tuple(row[:4]): row[4] for row in found.itertuples(index=False)}
    assert counted == dict(expected)
    assert {kind for kind, *_ in counted} == {kind for kind, *_ in KINDS}
