"""Deliveries as hypothesis draws them: small worlds of rows, in files."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

Row = Mapping[str, str]
Table = str

CUSTOMERS = ("c1", "c2", "c3")
# One is called as a customer is.
ACCOUNTS = ("a1", "a2", "c1")
# One has the id of a customer.
AGENTS = ("a1", "a2", "c3")
BEGIN = datetime(2026, 1, 1)
# Months from January to April, so that rows meet, move and leave months empty.
INSTANTS = st.integers(0, 119).map(lambda day: (BEGIN + timedelta(days=day)).isoformat(sep=" "))
LANDING_DATES = st.integers(0, 130).map(lambda day: BEGIN.date() + timedelta(days=day))
# Texts of which two are the same but for white space and letters.
WRITTEN = ("Too slow", "too  SLOW ", "Fine", " ")
# A question that the registry does not know, and that the survey tool may send after its answers.
LATE_INSTRUMENT = "late_nps"


def rows_of(
    key: Mapping[str, Sequence[str]], **columns: st.SearchStrategy[str]
) -> st.SearchStrategy[Row]:
    """Rows whose keys come from a small pool, so that they are often sent again."""
    keys = {name: st.sampled_from(list(pool)) for name, pool in key.items()}
    return st.fixed_dictionaries(keys | columns)


def some(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


TABLES: dict[Table, st.SearchStrategy[Row]] = {
    "crm/customers": rows_of(
        {"customer_id": CUSTOMERS},
        updated_at=INSTANTS,
        plan=some("Starter", "Growth", ""),
        country=some("DE", "FR"),
        email=some("", "a@example.org"),
        is_deleted=some("", "true"),
        account_id=some("", "a1", "a2", "c1"),
    ),
    "crm/accounts": rows_of(
        {"account_id": ACCOUNTS},
        updated_at=INSTANTS,
        industry=some("Retail", "Software", ""),
        parent_account_id=some("", *ACCOUNTS),
        is_deleted=some("", "true"),
    ),
    "crm/follow_ups": rows_of(
        {"follow_up_id": ("f1", "f2")},
        response_id=some(*(f"r{n}" for n in range(8))),
        contacted_at=INSTANTS,
    ),
    "crm/subscriptions": rows_of(
        {"subscription_id": ("s1", "s2")},
        updated_at=INSTANTS,
        customer_id=some("c1", "c2"),
        plan=some("Starter", "Growth"),
        mrr=some("0", "10", "25.50"),
        currency=some("USD"),
        status=some("trialing", "active", "past_due", "paused", "canceled"),
        started_at=some("2026-01-01", "2026-01-20", "2026-02-01"),
        ended_at=some("", "2026-03-01", "2026-03-15"),
        trial_ends_at=some("", "2026-02-10", "2026-03-20"),
        cancel_reason=some("", "payment_failed", "unused"),
        is_involuntary=some("", "", "true", "false"),
        account_id=some("", "", "a2", " "),
    ),
    "survey/instruments": rows_of(
        {"instrument_id": (LATE_INSTRUMENT,)},
        metric=some("nps"),
        version=some("1"),
        scale_min=some("0"),
        scale_max=some("10"),
        higher_is_better=some("true"),
        positive_min=some("9"),
        positive_max=some("10"),
        passive_min=some("7"),
        audience=some("", "employee"),
    ),
    "survey/responses": rows_of(
        {"response_id": tuple(f"r{n}" for n in range(8))},
        instrument_id=some(
            "nps_relationship", "csat_support", "ces_2_0", "unknown", *4 * [LATE_INSTRUMENT]
        ),
        customer_id=some(*CUSTOMERS, "", "stranger", *AGENTS),
        responded_at=INSTANTS,
        score=some("0", "4", "7", "9", "10", "11", ""),
        touchpoint=some("", "support_ticket"),
        channel=some("email", ""),
        comment=some("", "", *WRITTEN),
        language=some("", "EN-gb"),
        ticket_id=some("", "t1", "t2"),
    ),
    "survey/invitations": rows_of(
        {"invitation_id": ("i1", "i2", "i3")},
        instrument_id=some("nps_relationship", LATE_INSTRUMENT),
        customer_id=some(*CUSTOMERS),
        sent_at=INSTANTS,
        response_id=some("", "r1", "r2"),
        bounced=some("true", "false"),
    ),
    "voice/reviews": rows_of(
        {"review_id": ("v1", "v2", "v3")},
        customer_id=some(*CUSTOMERS, ""),
        platform=some("shop", "app_store"),
        # One is above the highest.
        rating=some("1", "4", "10"),
        rating_max=some("5", "10"),
        body=some("", *WRITTEN),
        published_at=INSTANTS,
    ),
    "voice/posts": rows_of(
        {"post_id": ("p1", "p2")},
        thread_id=some("t"),
        customer_id=some(*CUSTOMERS, ""),
        kind=some("question", "answer"),
        body=some(*WRITTEN),
        posted_at=INSTANTS,
    ),
    "tickets/tickets": rows_of(
        {"ticket_id": ("t1", "t2")},
        updated_at=INSTANTS,
        customer_id=some(*CUSTOMERS, ""),
        subject=some("", *WRITTEN),
        priority=some("low", "urgent", "", "P1"),
        group_name=some("", "Billing", "Technical"),
        agent_id=some("", *AGENTS),
        created_at=INSTANTS,
        follow_up_of_ticket_id=some("", "t1"),
        status=some("", "open", "pending", "solved"),
        first_replied_at=some("", "", "2026-02-12 09:30:00"),
        solved_at=some("", "", "2026-02-12 10:00:00"),
        is_deleted=some("", "", "", "true"),
    ),
    "experiments/experiments": rows_of(
        {"experiment_id": ("x1", "x2")},
        metric=some("tickets", "orders", "paying_rate", "nps", "hours", "unheard_of", ""),
        expected_effect=some("0.5", "-0.5", ""),
        starts_on=some("2026-01-15", "2026-02-10", ""),
        minimum_sample=some("1", "50", ""),
        control_variant=some("", "old", "stranger"),
        planned_split=some("", "old:1,new:1", "old:1,more:2", "fifty fifty"),
        window_days=some("7", "40", ""),
    ),
    "experiments/assignments": rows_of(
        {"experiment_id": ("x1", "x2", "x3"), "customer_id": CUSTOMERS, "variant": ("old", "new")},
        assigned_at=some("", "2026-01-20 12:00:00", "2026-02-20 12:00:00", "9999-12-31"),
    ),
    "experiments/outcomes": rows_of(
        {"experiment_id": ("x1", "x2"), "customer_id": CUSTOMERS, "metric": ("hours", "tickets")},
        value=some("0", "1", "2.5", "-999999999999"),
        observed_at=some("", "2026-02-20 12:00:00", "2226-01-01"),
    ),
    "tickets/agents": rows_of(
        {"agent_id": AGENTS},
        updated_at=INSTANTS,
        group_name=some("", "Billing", "Technical"),
        role=some("agent", "lead"),
    ),
    "tickets/calls": rows_of(
        {"call_id": ("k1", "k2", "k3")},
        customer_id=some(*CUSTOMERS, ""),
        queued_at=some("2026-01-20 12:00:00", "2026-02-10 12:00:00"),
        answered_at=some("", "2026-02-10 12:00:15"),
        ended_at=some("2026-02-10 12:00:15", "2026-02-10 12:01:00"),
    ),
    "tickets/events": rows_of(
        {"event_id": tuple(f"e{n}" for n in range(8))},
        ticket_id=some("t1", "t2", "orphan"),
        event_type=some("status_changed", "public_reply", "priority_changed"),
        actor_type=some("agent", "customer"),
        actor_id=some("", *AGENTS),
        # A reply may name a status, and a change that names none breaks the contract.
        new_status=some("", "open", "pending", "on_hold", "solved", "solved", "closed"),
        occurred_at=INSTANTS,
    ),
    "orders/orders": rows_of(
        {"order_id": ("o1", "o2", "o3")},
        updated_at=INSTANTS,
        customer_id=some(*CUSTOMERS, ""),
        status=some("pending", "completed", "returned"),
        currency=some("USD", "EUR"),
        ordered_at=INSTANTS,
        total_amount=some("10", "-5", "99.99"),
    ),
    "orders/items": rows_of(
        {"order_id": ("o1", "o2"), "line_number": ("1", "2")},
        product_id=some("p"),
        quantity=some("1", "2"),
        unit_price=some("5"),
        unit_cost=some("", "3"),
    ),
    "web/events": rows_of(
        {"event_id": tuple(f"w{n}" for n in range(8))},
        visitor_id=some("v1", "v2"),
        customer_id=some("c1", "c2", "", ""),
        # About the end of a month, and at times within the gap that ends a session.
        occurred_at=some(
            *(f"2026-01-31 {time}" for time in ("22:00:00", "23:30:00", "23:50:00")),
            *(f"2026-02-01 {time}" for time in ("00:05:00", "00:35:00", "00:55:00", "01:10:00")),
            "2026-03-10 12:00:00",
        ),
        event_type=some("page_view", "page_view", "add_to_cart", "remove_from_cart", "purchase"),
        page_path=some("/", "/help", ""),
        device=some("mobile", "mobile", "bot"),
        cart_id=some("", "cart1", "cart2"),
        amount=some("", "12.50"),
    ),
}


@dataclass(frozen=True)
class File:
    """A file of the landing zone; `mishap` names what is odd about it."""

    name: str
    rows: tuple[Row, ...]
    mishap: str = ""

    @property
    def table(self) -> Table:
        return self.name.rsplit("/", 1)[0]

    @property
    def landing_date(self) -> date:
        return date.fromisoformat(self.name.rsplit("/", 1)[1][:10])

    @property
    def text(self) -> str:
        """The file as CSV."""
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        out = io.StringIO()
        writer = csv.DictWriter(out, columns or ["none"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()


@dataclass(frozen=True)
class Withdrawal:
    """The user takes back a file that landed."""

    name: str
    mishap: str = ""


@dataclass(frozen=True)
class Reload:
    """The user has a day loaded again, in a run of its own before the one that loads the rest."""

    day: date
    mishap: str = ""


Step = File | Withdrawal | Reload


def contents(table: Table) -> st.SearchStrategy[tuple[Row, ...]]:
    """The rows of a file."""
    return st.lists(TABLES[table], min_size=1, max_size=4).map(tuple)
