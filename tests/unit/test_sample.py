"""The sample holds what its truth says, measured from its files by other queries."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from math import sqrt
from pathlib import Path

import duckdb
import pytest

from orchestration.contract import SourceTable
from orchestration.sample import Truth, write_sample
from orchestration.sample.files import sampled_tables
from orchestration.sample.truth import PLANS, Causes
from orchestration.settings import PROJECT_ROOT

pytestmark = pytest.mark.slow

# Half-width of a 99.9 % interval in standard errors.
Z = 3.29


def _path(table: SourceTable) -> str:
    return f"{table.source}/{table.name}"


def _scan(landing: Path, table: SourceTable) -> str:
    """A scan of the table's files, those of text with every column as text."""
    folder = landing / _path(table)
    suffixes = next(folder.iterdir()).suffixes
    if ".parquet" in suffixes:
        return f"read_parquet('{folder}/*', filename = true)"
    if ".csv" in suffixes:
        return f"read_csv('{folder}/*', header = true, all_varchar = true, filename = true)"
    columns = ", ".join(f"{column.name}: 'varchar'" for column in table.columns)
    return f"read_json('{folder}/*', columns = {{{columns}}}, filename = true)"


def _load(connection: duckdb.DuckDBPyConnection, landing: Path, table: SourceTable) -> None:
    """Create the table, typed, with `is_bad` for refused rows; what no file has is null."""
    scan = _scan(landing, table)
    sent = {name for name, *_ in connection.execute(f"describe from {scan}").fetchall()}
    columns = [column for column in table.columns if column.name in sent]
    typed = [f"{c.name} as as_sent_{c.name}" for c in columns]
    typed += [f"try_cast({c.name} as {c.data_type}) as typed_{c.name}" for c in columns]
    named = [f"typed_{c.name} as {c.name}" for c in columns]
    faults = [f"(as_sent_{c.name} is not null and {c.name} is null)" for c in columns]
    faults += [f"{c.name} is null" for c in columns if c.is_required]
    named += [f"null::{c.data_type} as {c.name}" for c in table.columns if c not in columns]
    faults += [f"not coalesce({rule.expression}, true)" for rule in table.rules]
    connection.execute(f"create schema if not exists {table.source}")
    connection.execute(
        f"""
        create table {table.source}.{table.name} as
        with typed as (select {", ".join(typed)}, filename from {scan}),
        named as (select * exclude (filename), {", ".join(named)},
            parse_filename(filename)[:10]::date as landed_on from typed)
        select {", ".join(c.name for c in table.columns)}, landed_on,
            {" or ".join(faults)} as is_bad
        from named
        """
    )


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("landing")


@pytest.fixture(scope="module")
def truth(landing: Path) -> Truth:
    return write_sample(landing, customers=3000)


@pytest.fixture(scope="module")
def sample(landing: Path, truth: Truth) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for table in sampled_tables():
            _load(connection, landing, table)
        connection.execute(
            """
            create table registry as
            select instrument_id, metric, scale_min, scale_max, positive_min, positive_max,
                passive_min from read_csv($file)
            union all by name
            select * exclude (version, question, higher_is_better, is_bad, landed_on)
            from survey.instruments
            """,
            {"file": str(PROJECT_ROOT / "seeds" / "survey_instruments.csv")},
        )
        connection.execute(
            """
            create table answers as
            select distinct responses.* exclude (landed_on, is_bad), registry.*
                exclude (instrument_id),
            from survey.responses as responses join registry using (instrument_id)
            where not is_bad and score between scale_min and scale_max
                and customer_id in (select customer_id from crm.customers)
            """
        )
        yield connection


def _row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[float, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def _assert_share(hits: float, trials: float, probability: float) -> None:
    """Assert that a binomial share lies in the 99.9 % interval of its probability."""
    assert trials > 50
    assert abs(hits - trials * probability) <= Z * sqrt(trials * probability * (1 - probability)), (
        f"{hits} of {trials}, planted {probability}"
    )


def _contents(folder: Path) -> dict[str, bytes]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def test_same_seed_gives_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("first", 7), ("again", 7), ("other", 8)):
        write_sample(tmp_path / name, customers=300, days=200, seed=seed)
    first, other = _contents(tmp_path / "first"), _contents(tmp_path / "other")
    assert first == _contents(tmp_path / "again")
    assert first["crm/customers/2026-06-30.csv"] != other["crm/customers/2026-06-30.csv"]


def test_a_sample_too_small_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="5 customers over 100 days are too few"):
        write_sample(tmp_path, customers=5, days=100)
    assert list(tmp_path.iterdir()) == []


def test_truth_is_written_beside_the_tables(landing: Path, truth: Truth) -> None:
    assert json.loads((landing / "truth.json").read_text(encoding="utf-8")) == asdict(truth)


@pytest.mark.parametrize("table", sampled_tables(), ids=_path)
def test_files_keep_the_contract(
    sample: duckdb.DuckDBPyConnection, landing: Path, truth: Truth, table: SourceTable
) -> None:
    header = sample.sql(f"from {_scan(landing, table)} limit 0").columns
    assert set(header) <= {column.name for column in table.columns} | {"filename"}
    rows, off_month_end, bad = _row(
        sample,
        f"""
        select count(*), count_if(landed_on <> last_day(landed_on)), count_if(is_bad)
        from {table.source}.{table.name}
        """,
    )
    assert rows == truth.rows[_path(table)] > 0
    assert off_month_end == 0
    assert bad == truth.dirt.quarantined.get(_path(table), 0)


@pytest.mark.parametrize("table", sampled_tables(), ids=_path)
def test_only_planted_rows_share_a_key(
    sample: duckdb.DuckDBPyConnection, truth: Truth, table: SourceTable
) -> None:
    (surplus,) = _row(
        sample,
        f"""
        select count(*) - count(distinct ({", ".join(table.key_columns)}))
        from {table.source}.{table.name} where not is_bad
        """,
    )
    assert surplus == truth.dirt.repeated.get(_path(table), 0)


def test_customers_of_two_variants_are_counted(
    sample: duckdb.DuckDBPyConnection, truth: Truth
) -> None:
    (surplus,) = _row(
        sample,
        """
        select count(*) - count(distinct (experiment_id, customer_id))
        from experiments.assignments where not is_bad
        """,
    )
    assert surplus == truth.dirt.second_variant["experiments/assignments"] > 0


@pytest.mark.parametrize("path", ["survey/responses", "survey/invitations", "tickets/tickets",
    "tickets/calls", "orders/orders", "web/events", "voice/reviews", "voice/mentions",
    "crm/subscriptions", "experiments/assignments"])  # fmt: skip
def test_unknown_customers_are_counted(
    sample: duckdb.DuckDBPyConnection, truth: Truth, path: str
) -> None:
    (orphans,) = _row(
        sample,
        f"""
        select count(*) from {path.replace("/", ".")} anti join crm.customers using (customer_id)
        where customer_id is not null and not is_bad
            and customer_id not in (select agent_id from tickets.agents)
        """,
    )
    assert orphans == truth.dirt.unknown_customer.get(path, 0)


def test_odd_responses_are_counted(sample: duckdb.DuckDBPyConnection, truth: Truth) -> None:
    unregistered, off_scale = _row(
        sample,
        """
        select count_if(metric is null), count_if(score not between scale_min and scale_max)
        from survey.responses left join registry using (instrument_id) where not is_bad
        """,
    )
    assert unregistered == truth.dirt.unregistered_instrument["survey/responses"] > 0
    assert off_scale == truth.dirt.off_scale["survey/responses"] > 0


@pytest.mark.parametrize(
    ("path", "instant"),
    [("survey/responses", "responded_at"), ("tickets/events", "occurred_at")],
)
def test_late_rows_are_counted(
    sample: duckdb.DuckDBPyConnection, truth: Truth, path: str, instant: str
) -> None:
    (late,) = _row(
        sample,
        f"""
        select count(*) from {path.replace("/", ".")}
        where landed_on > last_day({instant}) and not is_bad
        """,
    )
    assert late == truth.dirt.late[path] > 0


def test_order_totals_are_the_sum_of_their_lines(sample: duckdb.DuckDBPyConnection) -> None:
    (unequal,) = _row(
        sample,
        """
        with lines as (
            select order_id, sum(quantity * unit_price) as amount
            from (select distinct * exclude (landed_on) from orders.items) group by order_id
        )
        select count(*) from orders.orders full join lines using (order_id)
        where total_amount is distinct from amount
        """,
    )
    assert unequal == 0


def test_status_changes_of_a_ticket_follow_each_other(sample: duckdb.DuckDBPyConnection) -> None:
    (broken,) = _row(
        sample,
        """
        with changes as (
            select *, lag(new_status) over (partition by ticket_id order by occurred_at) as before
            from (select distinct * exclude (landed_on) from tickets.events)
            where new_status is not null
        )
        select count(*) from changes
        where before is distinct from old_status or (event_type = 'created') <> (before is null)
        """,
    )
    assert broken == 0


def test_customer_and_subscription_change_plan_together(sample: duckdb.DuckDBPyConnection) -> None:
    (apart,) = _row(
        sample,
        """
        with changes as (
            from crm.customers
            qualify plan is distinct from
                lag(plan) over (partition by customer_id order by updated_at)
        )
        select count(*) from changes
        anti join crm.subscriptions using (customer_id, updated_at, plan)
        """,
    )
    assert apart == 0


def test_a_few_customers_move_once(sample: duckdb.DuckDBPyConnection) -> None:
    movers, most_moves, customers = _row(
        sample,
        """
        with moves as (
            select customer_id, region <> lag(region) over (
                partition by customer_id order by updated_at) as has_moved,
            from crm.customers
        ),
        lives as (select count_if(has_moved) as moves from moves group by customer_id)
        select count_if(moves > 0), max(moves), count(*) from lives
        """,
    )
    assert 0 < movers < 0.05 * customers
    assert most_moves == 1


def test_only_customers_gone_for_a_month_are_deleted(sample: duckdb.DuckDBPyConnection) -> None:
    deleted, outlived, too_early = _row(
        sample,
        """
        with ends as (
            select customer_id, arg_max(ended_at, updated_at) as ended_at
            from crm.subscriptions where not is_bad group by customer_id
        ),
        customers as (
            select *, max(updated_at) over (partition by customer_id) as newest_at
            from crm.customers join ends using (customer_id)
        )
        select count(*), count_if(updated_at < newest_at),
            count_if(ended_at is null or updated_at < ended_at + interval 30 days),
        from customers where is_deleted
        """,
    )
    assert deleted > 0
    assert outlived == too_early == 0


def test_nps_by_plan_as_of_the_answer(sample: duckdb.DuckDBPyConnection, truth: Truth) -> None:
    rows = sample.execute(
        """
        with planned as (
            select response_id, score, positive_min, passive_min,
                arg_max(plan, updated_at) as plan,
            from answers join crm.customers using (customer_id)
            where metric = 'nps' and updated_at <= responded_at group by all
        )
        select plan, count(*), count_if(score >= positive_min), count_if(score < passive_min)
        from planned group by plan
        """
    ).fetchall()
    assert len(rows) == len(truth.nps_by_plan_at_response)
    for plan, answered, promoters, detractors in rows:
        planted = truth.nps_by_plan_at_response[plan]
        _assert_share(promoters, answered, planted["promoter_probability"])
        _assert_share(detractors, answered, planted["detractor_probability"])


def test_all_ways_to_ask_for_nps_are_answered(sample: duckdb.DuckDBPyConnection) -> None:
    rows = sample.execute(
        """
        select instrument_id, count(ticket_id) = count(*) from answers
        where metric = 'nps' group by instrument_id
        """
    ).fetchall()
    assert dict(rows) == {"nps_relationship": False, "nps_app": False, "nps_transactional": True}


def test_positive_shares_by_instrument(sample: duckdb.DuckDBPyConnection, truth: Truth) -> None:
    planted = truth.easy_probability_by_ces_instrument | {
        "csat_support": truth.satisfied_probability_by_csat_instrument["csat_support"]
    }
    for instrument, probability in planted.items():
        positive, answered = _row(
            sample,
            f"""
            select count_if(score between positive_min and positive_max), count(*)
            from answers where instrument_id = '{instrument}'
            """,
        )
        _assert_share(positive, answered, probability)


def test_overall_shares_are_near_what_is_expected(
    sample: duckdb.DuckDBPyConnection, truth: Truth
) -> None:
    expected = {"csat": truth.csat_satisfied_share_expected, "ces": truth.ces_easy_share_expected}
    for metric, share in expected.items():
        positive, answered = _row(
            sample,
            f"""
            select count_if(score between positive_min and positive_max), count(*)
            from answers where metric = '{metric}'
            """,
        )
        _assert_share(positive, answered, share)


def test_experiment_moves_purchases_after_assignment(
    sample: duckdb.DuckDBPyConnection, truth: Truth
) -> None:
    rows = sample.execute(
        """
        with variants as (
            select customer_id, any_value(variant) as variant, min(assigned_at) as assigned_at
            from experiments.assignments group by customer_id having count(*) = 1
        )
        select case when responded_at > assigned_at then variant end as variant,
            count_if(score >= positive_min), count(*)
        from answers left join variants using (customer_id)
        where instrument_id = 'csat_purchase' group by 1
        """
    ).fetchall()
    planted = {
        None: truth.satisfied_probability_by_csat_instrument["csat_purchase"],
        "control": truth.experiment.control_satisfied_probability,
        "treatment": truth.experiment.treatment_satisfied_probability,
    }
    assert {variant for variant, _, _ in rows} == set(planted)
    for variant, satisfied, answered in rows:
        _assert_share(satisfied, answered, planted[variant])


def test_reopened_share_of_solved_tickets(sample: duckdb.DuckDBPyConnection, truth: Truth) -> None:
    reopened, solved = _row(
        sample,
        """
        with lives as (
            select ticket_id, bool_or(new_status = 'solved') as is_solved,
                bool_or(old_status = 'solved' and new_status = 'open') as is_reopened,
            from tickets.events group by ticket_id
        )
        select count_if(is_reopened), count_if(is_solved) from lives
        """,
    )
    _assert_share(reopened, solved, truth.ticket_reopen_probability)


def test_monthly_churn_by_plan_at_month_start(
    sample: duckdb.DuckDBPyConnection, truth: Truth
) -> None:
    rows = sample.execute(
        """
        with months as (
            select unnest(range(timestamp '2024-06-01', timestamp '2026-07-01', interval 1 month))
                as starts_at
        ),
        at_start as (
            select starts_at, subscription_id, arg_max(plan, updated_at) as plan,
                arg_max(mrr, updated_at) as mrr,
            from months join crm.subscriptions on updated_at <= starts_at
            where not is_bad group by all
        ),
        ends as (select subscription_id, max(ended_at) as ended_at from crm.subscriptions
            where not is_bad group by subscription_id)
        select plan, count_if(ended_at < starts_at + interval 1 month), count(*)
        from at_start join ends using (subscription_id)
        where mrr > 0 group by plan
        """
    ).fetchall()
    planted = truth.monthly_churn_probability_by_plan_at_month_start
    assert {plan for plan, _, _ in rows} == set(planted)
    for plan, churned, months in rows:
        _assert_share(churned, months, planted[plan])


def test_those_about_to_leave_miss_payments(
    sample: duckdb.DuckDBPyConnection, truth: Truth
) -> None:
    """In months without a renewal or another plan, as long as three months later are known."""
    rows = sample.execute(
        """
        with months as (
            select unnest(range(timestamp '2024-06-01', timestamp '2026-04-01', interval 1 month))
                as starts_at
        ),
        versions as (from crm.subscriptions where not is_bad),
        lives as (
            select
                subscription_id,
                min(updated_at) filter (where mrr > 0 and status = 'active') as began_at,
                coalesce(max(ended_at), 'infinity') as ended_at,
            from versions group by all
        ),
        lived as (
            select
                lives.subscription_id,
                starts_at,
                lives.ended_at < starts_at + interval 4 month as leaves,
                count(*) filter (where status = 'past_due') > 0 as missed,
                count(*) filter (
                    where status = 'active' and updated_at <> starts_at + interval 12 day
                ) as others,
            from months
            join lives on began_at <= starts_at
                and lives.ended_at >= starts_at + interval 1 month
            left join versions on versions.subscription_id = lives.subscription_id
                and date_trunc('month', updated_at) = starts_at
            group by all
        )
        select leaves, count_if(missed), count(*) from lived where others = 0 group by all
        """
    ).fetchall()
    found = {leaves: (missed, months) for leaves, missed, months in rows}
    _assert_share(*found[True], truth.late_payments.probability_before_leaving)
    _assert_share(*found[False], truth.late_payments.probability)


def test_customers_without_repeat_purchase(sample: duckdb.DuckDBPyConnection, truth: Truth) -> None:
    """P(x = 0) is (alpha / (alpha + T))^r: Fader, Hardie and Lee (2005), equation 6."""
    purchases = truth.purchases_bg_nbd
    single, expected, variance = _row(
        sample,
        f"""
        with customers as (
            select count(distinct order_id) as orders,
                epoch(timestamp '2026-07-01' - min(ordered_at)) / 604800 as weeks,
                ({purchases.alpha_weeks} / ({purchases.alpha_weeks} + weeks)) ** {purchases.r} as p,
            from orders.orders where status = 'completed' group by customer_id
        )
        select count_if(orders = 1), sum(p), sum(p * (1 - p)) from customers
        """,
    )
    assert abs(single - expected) <= Z * sqrt(variance)


def test_abandoned_calls_and_carts(sample: duckdb.DuckDBPyConnection, truth: Truth) -> None:
    abandoned, calls = _row(
        sample,
        "select count_if(answered_at is null), count(*) from tickets.calls where not is_bad",
    )
    _assert_share(abandoned, calls, truth.call_abandon_probability)
    left, carts = _row(
        sample,
        """
        with carts as (
            select
                min(occurred_at) as began,
                min(occurred_at) filter (where event_type = 'purchase') as bought,
            from web.events where cart_id is not null
            group by cart_id having not bool_or(event_type = 'remove_from_cart')
        )
        select count_if(bought is null or bought > began + interval 1 day), count(*) from carts
        """,
    )
    _assert_share(left, carts, truth.cart_abandon_probability)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sample in which contacts halve the chance to leave and calls are worth three points."""
    landing = tmp_path_factory.mktemp("moved")
    causes = Causes(churn_factor_of_contact=0.5, points_of_call=3)
    write_sample(landing, customers=3000, days=600, causes=causes)
    with duckdb.connect() as connection:
        for table in sampled_tables():
            if table.source in {"crm", "survey", "tickets"}:
                _load(connection, landing, table)
        yield connection


def test_contacts_halve_the_chance_to_leave(moved: duckdb.DuckDBPyConnection) -> None:
    """Of subscriptions to the first plan at a month's start; calls about deliveries are none."""
    plan = PLANS[0]
    rows = moved.execute(
        """
        with contacts as (
            select customer_id, min(asked_at) as first_at from (
                select customer_id, created_at as asked_at from tickets.tickets
                union all
                select customer_id, queued_at from tickets.calls where call_id not like 'l%'
            ) group by all
        ),
        months as (
            select unnest(range(timestamp '2025-04-01', timestamp '2026-07-01', interval 1 month))
                as starts_at
        ),
        at_start as (
            select starts_at, subscription_id, customer_id,
                arg_max(plan, updated_at) as plan, arg_max(mrr, updated_at) as mrr,
            from months join crm.subscriptions on updated_at <= starts_at
            where not is_bad group by all
        ),
        ends as (select subscription_id, max(ended_at) as ended_at from crm.subscriptions
            where not is_bad group by all)
        select coalesce(first_at < starts_at, false),
            count_if(ended_at < starts_at + interval 1 month), count(*)
        from at_start join ends using (subscription_id) left join contacts using (customer_id)
        where plan = $plan and mrr > 0 group by all
        """,
        {"plan": plan.name},
    ).fetchall()
    found = {is_contacted: (left, months) for is_contacted, left, months in rows}
    _assert_share(*found[False], plan.monthly_churn_probability)
    _assert_share(*found[True], plan.monthly_churn_probability / 2)


def test_who_was_called_answers_more_the_next_time(moved: duckdb.DuckDBPyConnection) -> None:
    """By less than three points, as ten is the most."""
    rows = moved.execute(
        """
        with answers as (
            select distinct response_id, customer_id, score, responded_at
            from survey.responses where instrument_id = 'nps_relationship' and not is_bad
        ),
        pairs as (
            select *, lead(score) over history as next_score, lead(responded_at) over history
                as next_at
            from answers
            window history as (partition by customer_id order by responded_at)
        ),
        calls as (select response_id, min(contacted_at) as contacted_at
            from crm.follow_ups where not is_bad group by all)
        select coalesce(contacted_at < next_at, false), avg(next_score), count(*)
        from pairs left join calls using (response_id)
        where score <= 6 and next_score is not null group by all
        """
    ).fetchall()
    assert min(count for *_, count in rows) > 50
    mean = {is_called: float(score) for is_called, score, _ in rows}
    assert 1 < mean[True] - mean[False] < 3
