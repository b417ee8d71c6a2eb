"""What became of detractors, answer by answer, and what calling them came to by statsmodels."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import statsmodels.api as sm  # type: ignore[import-untyped]

from tests.recomputation.subscriptions import subscriptions_by_customer
from tests.recomputation.test_around_events import departures

Ask = Callable[[str], pd.DataFrame]
TARGET, WINDOW = timedelta(hours=48), timedelta(days=180)


class Detractor(NamedTuple):
    """An answer of a detractor, with what is known of it; instants are None where they never came.

    `stayed` is None for who did not pay when they were to be called by then. `is_gone` is
    whether the CRM has deleted the customer since.
    """

    response: str
    customer: str
    score: float
    at: datetime
    next_score: float | None
    next_band: str | None
    next_at: datetime | None
    contacted_at: datetime | None
    closed_at: datetime | None
    stayed: bool | None
    is_gone: bool
    known_until: datetime

    @property
    def is_due(self) -> bool:
        """Whether the call is due."""
        return self.at + TARGET <= self.known_until

    @property
    def is_in_time(self) -> bool:
        """Whether it came in time."""
        return self.contacted_at is not None and self.contacted_at <= self.at + TARGET

    @property
    def is_mature(self) -> bool:
        """Whether the days in which the next answer counts are over."""
        return self.at + WINDOW <= self.known_until

    @property
    def has_answered(self) -> bool:
        """Whether the next answer came in them."""
        return self.next_at is not None and self.next_at <= self.at + WINDOW

    @property
    def is_called(self) -> bool:
        """Whether the call came before it."""
        until = min(self.next_at or datetime.max, self.at + WINDOW)
        return self.contacted_at is not None and self.contacted_at < until

    @property
    def recovery(self) -> float:
        """How much higher the next answer is."""
        return (self.next_score or 0) - self.score

    @property
    def is_waiting(self) -> bool:
        """Whether nothing came at all, and somebody is there to call."""
        return not (self.contacted_at or self.closed_at or self.next_at or self.is_gone)


def detractors(published: Ask, landed: Ask) -> list[Detractor]:
    """All detractors whose customer is known."""
    known_until = published("select max(occurred_at) as at from marts.fct_interactions")["at"][0]
    answers = published(
        """
        from marts.fct_survey_responses
        where metric = 'nps' and is_scored and customer_id is not null
        order by responded_at, response_id
        """
    )
    follow_ups = landed("crm/follow_ups").drop_duplicates("follow_up_id", keep="last")
    follow_ups["response_id"] = follow_ups.response_id.map(_counted(published))
    handled = dict(list(follow_ups.groupby("response_id")))
    subscriptions = subscriptions_by_customer(landed)
    gone = _deleted(landed)
    found = []
    for (who, _), of_them in answers.groupby(["customer_id", "instrument_id"]):
        for answer, following in pairwise([*of_them.itertuples(), None]):
            if answer.answer_band != "negative":
                continue
            contacted_at, closed_at = _handling(answer, handled.get(answer.response_id))
            due = answer.responded_at + TARGET
            held = subscriptions.get(who, [])
            left = any(
                due < at <= answer.responded_at + WINDOW
                for at in (departures(held) if held else [])
            )
            found.append(
                Detractor(
                    answer.response_id,
                    who,
                    float(answer.score),
                    answer.responded_at,
                    float(following.score) if following else None,
                    following.answer_band if following else None,
                    following.responded_at if following else None,
                    contacted_at,
                    closed_at,
                    not left if any(one.paying(due) for one in held) else None,
                    who in gone,
                    known_until,
                )
            )
    return found


def _deleted(landed: Ask) -> set[str]:
    """Customers whose newest version says that they are deleted."""
    versions = landed("crm/customers").sort_values("updated_at", kind="stable")
    newest = versions.drop_duplicates("customer_id", keep="last")
    return set(newest.customer_id[newest.is_deleted.str.lower() == "true"])


def _counted(published: Ask) -> dict[str, str]:
    """The answer that counts for each that its customer gave again within a day."""
    again = published(
        """
        from marts.fct_survey_responses
        where metric = 'nps' and customer_id is not null
            and (is_scored or exclusion_reason = 'resubmitted')
        order by responded_at desc, response_id desc
        """
    )
    about = ["customer_id", "instrument_id", "touchpoint", "ticket_id", "order_id"]
    counted, replaces = {}, {}
    for answer in again.fillna("").itertuples():
        place = tuple(getattr(answer, name) for name in about)
        if answer.is_scored:
            replaces[place] = answer.response_id
        counted[answer.response_id] = replaces[place]
    return counted


def _handling(answer: Any, follow_ups: Any) -> tuple[datetime | None, datetime | None]:
    """When an answer was first followed up, and when all that did so was closed."""
    if follow_ups is None:
        return None, None
    contacts = [pd.Timestamp(at) for at in follow_ups.contacted_at if at]
    closings = [pd.Timestamp(at) for at in follow_ups.resolved_at if at]
    closings = [at for at in closings if at >= answer.responded_at]
    after = [at for at in contacts if at >= answer.responded_at]
    is_closed = len(closings) == len(follow_ups)
    return min(after, default=None), max(closings) if is_closed else None


def effect_of_calls(found: list[Detractor]) -> Any:
    """Second score by call and first score, fitted by statsmodels with HC3."""
    pairs = [one for one in found if one.is_mature and one.has_answered]
    regressors = np.array([[1, one.is_called, one.score] for one in pairs], dtype=float)
    fitted = sm.OLS([one.next_score for one in pairs], regressors)
    return fitted.fit(cov_type="HC3", use_t=True)
