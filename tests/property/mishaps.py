"""What goes wrong with deliveries. Each mishap draws what happens to files that landed before."""

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.property.deliveries import (
    ACCOUNTS,
    AGENTS,
    LANDING_DATES,
    LATE_INSTRUMENT,
    TABLES,
    File,
    Reload,
    Row,
    Step,
    Table,
    Withdrawal,
    contents,
)

# Instant that decides to which month a row belongs.
INSTANT_OF = {
    "survey/responses": "responded_at",
    "survey/invitations": "sent_at",
    "tickets/tickets": "created_at",
    "tickets/events": "occurred_at",
    "orders/orders": "ordered_at",
    "web/events": "occurred_at",
    "voice/reviews": "published_at",
    "voice/posts": "posted_at",
}
# Key of the tables whose rows have versions.
VERSIONED = {
    "crm/accounts": "account_id",
    "crm/customers": "customer_id",
    "crm/subscriptions": "subscription_id",
    "tickets/tickets": "ticket_id",
    "tickets/agents": "agent_id",
    "orders/orders": "order_id",
}


class NothingFits(Exception):
    """Nothing has landed that this could happen to."""


@dataclass(frozen=True)
class Zone:
    """The landing zone that a mishap befalls: its files, and those that a run has loaded."""

    draw: st.DrawFn
    files: dict[str, File]
    loaded: frozenset[str]

    def pick(self, tables: Container[Table] = TABLES, *, least_rows: int = 1) -> File:
        """One of the files that a run has loaded."""
        fit = [
            self.files[name]
            for name in sorted(self.loaded)
            if self.files[name].table in tables and len(self.files[name].rows) >= least_rows
        ]
        if not fit:
            raise NothingFits
        return self.draw(st.sampled_from(fit))

    def pick_row(self, tables: Container[Table]) -> tuple[Table, Row]:
        """A row of such a file, with its version or the landing date that stands in for it."""
        file = self.pick(tables)
        row = self.draw(st.sampled_from(file.rows))
        version = {"updated_at": str(file.landing_date)} if file.table in VERSIONED else {}
        return file.table, {**version, **row}

    def newest(self, table: Table, *rows: Row) -> File:
        """A file of its own that lands after all others of its table, so that its rows count."""
        dates = [file.landing_date for file in self.files.values() if file.table == table]
        day = max(dates) + timedelta(days=1) if dates else self.draw(LANDING_DATES)
        return File(f"{table}/{day}-{len(self.files)}.csv", rows)

    def shifted(self, instant: str, *, least_days: int = 1) -> str:
        """An instant so many days after another, or up to a month more."""
        days = self.draw(st.integers(least_days, least_days + 30))
        return after(instant, timedelta(days=days))


def after(instant: str, wait: timedelta) -> str:
    """An instant so much later than another; none is later than the year 9999."""
    try:
        return (datetime.fromisoformat(instant) + wait).isoformat(sep=" ")
    except OverflowError:
        raise NothingFits from None


def late(zone: Zone) -> list[Step]:
    """Rows that land before what was loaded long since."""
    table = zone.pick().table
    first = min(file.landing_date for file in zone.files.values() if file.table == table)
    name = f"{table}/{first - timedelta(days=1)}-{len(zone.files)}.csv"
    return [File(name, zone.draw(contents(table)))]


def shuffled(zone: Zone) -> list[Step]:
    """The same rows under the same path, in another order."""
    file = zone.pick(least_rows=2)
    return [replace(file, rows=file.rows[::-1])]


def split(zone: Zone) -> list[Step]:
    """The rows of one file, now in two."""
    file = zone.pick(least_rows=2)
    cut = zone.draw(st.integers(1, len(file.rows) - 1))
    rest = File(f"{file.name.removesuffix('.csv')}-rest.csv", file.rows[cut:])
    return [replace(file, rows=file.rows[:cut]), rest]


def repeated(zone: Zone) -> list[Step]:
    """The same rows under another path."""
    file = zone.pick()
    return [zone.newest(file.table, *file.rows)]


def restated(zone: Zone) -> list[Step]:
    """Other rows under the same path."""
    file = zone.pick()
    return [replace(file, rows=zone.draw(contents(file.table)))]


def withdrawn(zone: Zone) -> list[Step]:
    """The user takes a file back."""
    return [Withdrawal(zone.pick().name)]


def reloaded(zone: Zone) -> list[Step]:
    """The user has a day loaded again while other files wait."""
    return [Reload(zone.pick().landing_date)]


def older_version(zone: Zone) -> list[Step]:
    """A version that is older than one that came before it."""
    table, row = zone.pick_row(VERSIONED)
    older = zone.shifted(row["updated_at"], least_days=-60)
    changes = {VERSIONED[table]: row[VERSIONED[table]], "updated_at": older}
    return [zone.newest(table, {**zone.draw(TABLES[table]), **changes})]


def redelivered(zone: Zone) -> list[Step]:
    """A version that is sent again with other content."""
    table, row = zone.pick_row(VERSIONED)
    version = {name: row[name] for name in (VERSIONED[table], "updated_at")}
    return [zone.newest(table, {**zone.draw(TABLES[table]), **version})]


def unversioned(zone: Zone) -> list[Step]:
    """Rows of an entity that changes, in a file that knows no versions."""
    table = zone.pick(VERSIONED).table
    rows = zone.draw(contents(table))
    bare = [{name: row[name] for name in row if name != "updated_at"} for row in rows]
    return [File(f"{table}/{zone.draw(LANDING_DATES)}-{len(zone.files)}.csv", tuple(bare))]


def moved(zone: Zone) -> list[Step]:
    """An event that moves to another month."""
    table, row = zone.pick_row(INSTANT_OF)
    instant = INSTANT_OF[table]
    changes = {instant: zone.shifted(row[instant], least_days=31)}
    if table in VERSIONED:
        changes["updated_at"] = zone.shifted(row["updated_at"])
    return [zone.newest(table, {**row, **changes})]


def rewritten_history(zone: Zone) -> list[Step]:
    """A customer who, it turns out, was in another segment all along."""
    table, row = zone.pick_row(["crm/customers"])
    plan = {"Starter": "Growth"}.get(row["plan"], "Starter")
    return [zone.newest(table, {**row, "plan": plan})]


def deleted(zone: Zone) -> list[Step]:
    """A customer whom the CRM deletes."""
    table, row = zone.pick_row(["crm/customers"])
    changes = {"is_deleted": "true", "updated_at": zone.shifted(row["updated_at"])}
    return [zone.newest(table, {**row, **changes})]


def merged_account(zone: Zone) -> list[Step]:
    """An account that is merged into another, or whose customer or subscription moves to one."""
    table, row = zone.pick_row(["crm/accounts", "crm/customers", "crm/subscriptions"])
    account = zone.draw(st.sampled_from(ACCOUNTS))
    merged = {"parent_account_id": account, "is_deleted": "true"}
    changes = merged if table == "crm/accounts" else {"account_id": account}
    return [zone.newest(table, {**row, **changes, "updated_at": zone.shifted(row["updated_at"])})]


def seen_again(zone: Zone) -> list[Step]:
    """A late event that joins two sessions, or one months on whose sign-in tells of them."""
    table, row = zone.pick_row(["web/events"])
    gap = zone.draw(st.sampled_from([timedelta(minutes=25), timedelta(days=40)]))
    instant = after(row["occurred_at"], gap)
    customer = zone.draw(st.sampled_from(["", "c1", "c2"]))
    seen = {"event_id": f"seen-{len(zone.files)}", "occurred_at": instant, "customer_id": customer}
    return [zone.newest(table, {**row, **seen})]


def restated_end(zone: Zone) -> list[Step]:
    """A trial that pays late, or a cancellation of which the reason turns out to be another."""
    table, row = zone.pick_row(["crm/subscriptions"])
    later = {**row, "updated_at": zone.shifted(row["updated_at"])}
    trial = [{**row, "status": "trialing"}, {**later, "status": "active", "mrr": "10"}]
    gone = {"status": "canceled", "cancel_reason": "payment_failed", "is_involuntary": ""}
    return [zone.newest(table, *zone.draw(st.sampled_from([trial, [{**later, **gone}]])))]


def passed_on(zone: Zone) -> list[Step]:
    """A ticket that is passed to another agent, or an agent who comes to another group."""
    table, row = zone.pick_row(["tickets/tickets", "tickets/agents"])
    later = zone.shifted(row["updated_at"], least_days=0)
    group = {"Billing": "Technical"}.get(row["group_name"], "Billing")
    agent = row["agent_id"] if table == "tickets/agents" else zone.draw(st.sampled_from(AGENTS))
    return [
        zone.newest(table, {**row, "updated_at": later, "group_name": group, "agent_id": agent})
    ]


def supported_again(zone: Zone) -> list[Step]:
    """A ticket that turns out another's, or urgent, replies that come late, a call soon after."""
    table, row = zone.pick_row(["tickets/tickets", "tickets/events"])
    number = len(zone.files)
    if table == "tickets/tickets":
        group = zone.draw(st.sampled_from(["", "Billing"]))
        changes = {"priority": "urgent", "group_name": group, "is_deleted": ""}
        return [
            zone.newest(table, {**row, **changes, "updated_at": zone.shifted(row["updated_at"])})
        ]
    soon = after(row["occurred_at"], timedelta(hours=zone.draw(st.integers(1, 200))))
    call = {"call_id": f"again-{number}", "customer_id": "c1", "queued_at": soon, "ended_at": soon}
    reply = {**row, "event_type": "public_reply", "new_status": "", "occurred_at": soon}
    replies = [
        {**reply, "event_id": f"again-{number}-{actor}", "actor_type": actor}
        for actor in ("agent", "customer")
    ]
    return [zone.newest("tickets/calls", call), zone.newest(table, *replies)]


def reassigned(zone: Zone) -> list[Step]:
    """An experiment that is registered otherwise, or a customer who turns out in both variants."""
    table, row = zone.pick_row(["experiments/experiments", "experiments/assignments"])
    if table == "experiments/experiments":
        metric = {"tickets": "orders"}.get(row["metric"], "tickets")
        return [zone.newest(table, {**row, "metric": metric, "window_days": "20"})]
    variant = {"old": "new"}.get(row["variant"], "old")
    return [zone.newest(table, {**row, "variant": variant})]


def late_instrument(zone: Zone) -> list[Step]:
    """A question that arrives after the answers to it."""
    is_known = any(file.table == "survey/instruments" for file in zone.files.values())
    answers = [row for name in zone.loaded for row in zone.files[name].rows if "score" in row]
    if is_known or all(row["instrument_id"] != LATE_INSTRUMENT for row in answers):
        raise NothingFits
    return [zone.newest("survey/instruments", zone.draw(TABLES["survey/instruments"]))]


def impossible_instant(zone: Zone) -> list[Step]:
    """A row that is sent again with an instant at which nothing can have happened."""
    table, row = zone.pick_row(INSTANT_OF)
    instant = zone.draw(st.sampled_from(["9999-12-31T23:59:59", "2226-01-01", "1900-01-01"]))
    return [zone.newest(table, {**row, INSTANT_OF[table]: instant})]


def impossible_name(zone: Zone) -> list[Step]:
    """A file with the name of a day that has not come."""
    table = zone.pick().table
    return [File(f"{table}/2226-01-01-{len(zone.files)}.csv", zone.draw(contents(table)))]


Mishap = Callable[[Zone], list[Step]]
MISHAPS: tuple[Mishap, ...] = (
    late,
    shuffled,
    split,
    repeated,
    restated,
    withdrawn,
    reloaded,
    older_version,
    redelivered,
    unversioned,
    moved,
    rewritten_history,
    deleted,
    merged_account,
    seen_again,
    restated_end,
    passed_on,
    supported_again,
    reassigned,
    late_instrument,
    impossible_instant,
    impossible_name,
)

# What most mishaps befall lands in each history.
ALWAYS = (
    "crm/customers",
    "crm/subscriptions",
    "survey/responses",
    "tickets/tickets",
    "web/events",
)
ORDINARY = st.sampled_from([table for table in sorted(TABLES) if table != "survey/instruments"])


@st.composite
def histories(draw: st.DrawFn, most_runs: int = 3) -> list[list[Step]]:
    """What happens before each run: at first files of most tables, then mishaps and more files."""
    files: dict[str, File] = {}
    others = draw(st.lists(ORDINARY, min_size=3, max_size=7, unique=True))
    runs = [_land(draw, files, [*ALWAYS, *others])]
    for _ in range(draw(st.integers(1, most_runs - 1))):
        zone = Zone(draw, files, frozenset(files))
        drawn = draw(st.lists(st.sampled_from(MISHAPS), min_size=2, max_size=4, unique=True))
        steps = [step for mishap in drawn for step in _befall(zone, mishap)]
        steps += _land(draw, files, draw(st.lists(ORDINARY, max_size=2)))
        # A file that is taken back and sent again in between is one that was restated.
        runs.append(sorted(steps, key=lambda step: isinstance(step, File)))
    return runs


def _befall(zone: Zone, mishap: Mishap) -> list[Step]:
    try:
        steps = mishap(zone)
    except NothingFits:
        return []
    zone.files.update({step.name: step for step in steps if isinstance(step, File)})
    return [replace(step, mishap=mishap.__name__) for step in steps]


def _land(draw: st.DrawFn, files: dict[str, File], tables: list[Table]) -> list[Step]:
    landed = {}
    for table in tables:
        name = f"{table}/{draw(LANDING_DATES)}-{len(files)}.csv"
        files[name] = landed[name] = File(name, draw(contents(table)))
    return list(landed.values())
