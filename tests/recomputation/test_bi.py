"""Plain sums over the wide tables of `bi` are the totals that the marts publish."""

from collections.abc import Callable

import pandas as pd  # type: ignore[import-untyped]
import pytest

Ask = Callable[[str], pd.DataFrame]
TOTAL = "where period_grain = 'all' and segment_type = 'all'"


@pytest.mark.parametrize(
    ("summed", "published_total"),
    [
        (
            "100.0 * (sum(positives) - sum(negatives)) / sum(answers)"
            " from bi.answers where metric = 'nps'",
            f"nps from marts.nps_by_segment {TOTAL}",
        ),
        (
            "sum(positives) / sum(answers) from bi.answers where metric = 'csat'",
            f"csat from marts.csat_by_segment {TOTAL}",
        ),
        (
            "100.0 * (sum(promoters) - sum(detractors)) / sum(nps_responses) from bi.monthly",
            f"nps from marts.nps_by_segment {TOTAL}",
        ),
        (
            "sum(easy) from bi.monthly",
            f"sum(easy) from marts.ces_by_segment {TOTAL} and instrument_version = '2.0'",
        ),
        ("sum(tickets) from bi.tickets", f"tickets from marts.support_by_segment {TOTAL}"),
        (
            "sum(reopened) / sum(reopens_known) from bi.monthly",
            f"reopen_rate from marts.support_by_segment {TOTAL}",
        ),
        (
            "sum(one_touch) / sum(touches_known) from bi.tickets",
            f"one_touch_rate from marts.support_by_segment {TOTAL}",
        ),
        ("sum(abandoned) from bi.calls", f"calls_abandoned from marts.support_by_segment {TOTAL}"),
        (
            "sum(net_amount) from bi.orders",
            "sum(revenue_historical) from marts.clv_by_segment where segment_type = 'all'",
        ),
    ],
)
def test_totals(published: Ask, summed: str, published_total: str) -> None:
    (found,), (expected,) = (
        published(f"select {query}").iloc[:, 0].astype(float) for query in (summed, published_total)
    )
    assert found == pytest.approx(expected)
    assert found


@pytest.mark.parametrize("segment_type", ["plan", "lifecycle"])
def test_scores_by_a_customer_column(published: Ask, segment_type: str) -> None:
    """As of the answer, so that they are those of the table by segment."""
    found = published(
        f"""
        select customer_{segment_type} as segment, sum(answers)::bigint as responses,
            sum(positives)::bigint as promoters
        from bi.answers where metric = 'nps' group by all order by all
        """
    )
    expected = published(
        f"""
        select segment, responses, promoters from marts.nps_by_segment
        where period_grain = 'all' and segment_type = '{segment_type}' and responses > 0
        order by all
        """
    )
    pd.testing.assert_frame_equal(found, expected)
    assert len(found) > 2


def test_customers_and_accounts_sum_up_what_is_theirs(published: Ask) -> None:
    found = published(
        """
        select
            sum(customers) as customers, sum(answers) as answers, sum(orders) as orders,
            round(sum(net_amount), 2)::double as net_amount, round(sum(mrr), 2) as mrr
        from bi.customers
        """
    )
    expected = published(
        """
        select
            (select count(*) from marts.dim_customers)::double as customers,
            (select count(customer_id) from bi.answers)::double as answers,
            (select count(customer_id) from bi.orders)::double as orders,
            (select sum(net_amount) from bi.orders where customer_id is not null)::double
                as net_amount,
            (select round(sum(mrr), 2) from marts.customer_360) as mrr
        """
    )
    pd.testing.assert_frame_equal(found.astype(float), expected.astype(float))
    assert (found > 0).all().all()
    ((of_accounts, of_customers),) = published(
        """
        select
            (select sum(answers) from bi.accounts),
            (
                select sum(customers.answers) from bi.customers
                join bi.accounts using (account_id) where not is_deleted
            )
        """
    ).itertuples(index=False)
    assert of_accounts == of_customers > 0


def test_churn_of_a_month(published: Ask) -> None:
    found = published(
        """
        select month_start as period_start, customers_churned / customers_start as churn
        from bi.monthly where customers_start >= 10 order by 1
        """
    )
    expected = published(
        """
        select period_start, logo_churn_rate as churn from marts.churn_by_segment
        where period_grain = 'month' and segment_type = 'all' and is_reportable order by 1
        """
    )
    pd.testing.assert_frame_equal(found, expected)


def test_columns_of_bi_say_what_they_are(published: Ask) -> None:
    bare = published(
        "select table_name, column_name from duckdb_columns()"
        " where schema_name = 'bi' and comment is null"
    )
    assert bare.empty
