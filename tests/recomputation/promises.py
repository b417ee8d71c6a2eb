"""One ticket's promises and states, span by span, from its raw rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

Minutes = Callable[[datetime, datetime], float]
FOR_EVER = datetime.max.replace(tzinfo=UTC)
RUNNING = ("new", "open", "on_hold")
DONE = ("solved", "closed")


@dataclass
class Story:
    """What happened to a ticket up to an instant: replies and spans of each status, in order."""

    created: datetime
    until: datetime
    events: list[Any]
    own_reply: datetime | None = None
    own_solve: datetime | None = None

    @property
    def answers(self) -> list[datetime]:
        """Agents' public replies, else the one that its own row tells of."""
        found = [
            event.occurred_at
            for event in self.events
            if event.event_type == "public_reply"
            and event.actor_type == "agent"
            and event.occurred_at > self.created
        ]
        return found or [at for at in [self.own_reply] if at]

    @property
    def changes(self) -> list[Any]:
        """Events that name a status."""
        return [event for event in self.events if event.new_status]

    @property
    def spans(self) -> list[tuple[str, datetime, datetime]]:
        """Each status from when to when."""
        found, since, status = [], self.created, "new"
        for event in self.changes:
            at = max(event.occurred_at, self.created)
            found.append((event.old_status or status, since, at))
            since, status = at, event.new_status
        if not self.changes and self.own_solve:
            found.append((status, since, max(self.own_solve, self.created)))
            since, status = max(self.own_solve, self.created), "solved"
        return [*found, (status, since, FOR_EVER)]

    @property
    def ends(self) -> list[datetime]:
        """When it was solved or closed, again or not."""
        solved = [max(e.occurred_at, self.created) for e in self.changes if e.new_status in DONE]
        own = [] if self.changes else [max(self.own_solve, self.created)] if self.own_solve else []
        return solved or own

    def ran(self, start: datetime, end: datetime, minutes: Minutes) -> float:
        """Minutes between two instants in which it was neither pending nor done."""
        return sum(
            minutes(max(start, since), min(end, to))
            for status, since, to in self.spans
            if status in RUNNING and max(start, since) < min(end, to)
        )

    def first_reply(self) -> datetime | None:
        """When the first reply was given, or no longer owed."""
        return min([*self.answers[:1], *self.ends[:1]], default=None)

    def waits(self) -> Iterator[tuple[datetime, datetime | None, bool]]:
        """Further replies owed: since when, until when, and whether they came."""
        asked: datetime | None = None
        has_answer = False
        for event in self.events:
            at = max(event.occurred_at, self.created)
            is_answer = event.event_type == "public_reply" and event.occurred_at in self.answers
            is_answer = is_answer and event.actor_type == "agent"
            if is_answer or event.new_status in DONE:
                if asked:
                    yield asked, at, is_answer
                asked, has_answer = None, has_answer or is_answer
            elif (
                event.event_type == "public_reply" and event.actor_type == "customer" and has_answer
            ):
                asked = asked or at
        if asked:
            yield asked, None, False

    def open_before(self, at: datetime) -> str | None:
        """The status in which it is open just before an instant, if it is."""
        passed = [status for instant, status in self.steps if instant < at]
        return passed[-1] if passed and passed[-1] not in DONE else None

    @property
    def steps(self) -> list[tuple[datetime, str]]:
        """Creation and changes of status, by the status that follows."""
        own = [] if self.changes or not self.own_solve else [(self.own_solve, "solved")]
        changes = [(event.occurred_at, event.new_status) for event in self.changes] or own
        return [(self.created, "new"), *((max(at, self.created), to) for at, to in changes)]

    @property
    def flows(self) -> list[tuple[datetime, str]]:
        """When it came into the backlog, left it and came back."""
        steps = self.steps
        moves = [
            (at, "reopened" if before in DONE else "solved")
            for (_, before), (at, after) in pairwise(steps)
            if (before in DONE) != (after in DONE)
        ]
        return [(self.created, "created"), *moves]
