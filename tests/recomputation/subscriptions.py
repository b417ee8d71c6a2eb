"""Subscriptions as the landing files tell them, asked for their state at any instant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd  # type: ignore[import-untyped]

STATUSES = ("trialing", "active", "past_due", "paused", "canceled")


@dataclass
class Subscription:
    """Versions of one subscription, oldest first."""

    versions: list[Any]

    @property
    def instants(self) -> list[datetime]:
        """Where its MRR may change."""
        changes = [getattr(v, name) for v in self.versions for name in ("updated_at", "started_at")]
        return sorted(instant for instant in changes if pd.notna(instant))

    @property
    def ended_at(self) -> datetime | None:
        """Its end by the newest version."""
        return _end(self.versions[-1])

    @property
    def is_unpaid(self) -> bool:
        """Whether it ended for want of payment."""
        running = [v.status for v in self.versions if v.status != "canceled"]
        return running[-1:] == ["past_due"] or self.versions[-1].cancel_reason == "payment_failed"

    @property
    def trial(self) -> tuple[datetime, bool] | None:
        """When its trial began, if it had one, and whether it paid within 28 days."""
        begins = [v.started_at for v in self.versions if v.status == "trialing"]
        if not begins:
            return None
        paid = [v.updated_at for v in self.versions if v.status == "active" and float(v.mrr) > 0]
        window = timedelta(days=28)
        return begins[0], any(begins[0] <= at < begins[0] + window for at in paid)

    def mrr(self, at: datetime) -> float:
        """MRR at an instant."""
        version = self.paying(at)
        return float(version.mrr) if version else 0

    def paying(self, at: datetime) -> Any:
        """The version that holds at an instant, if it has MRR; else None."""
        newest = self.versions[-1]
        if at < newest.started_at or (self.ended_at is not None and at >= self.ended_at):
            return None
        so_far = [v for v in self.versions if v.updated_at <= at] or self.versions[:1]
        version = so_far[-1]
        paying = version.status in ("active", "past_due")
        if version.status == "canceled":
            past = {v.status for v in so_far}
            was_paying = past & {"active", "past_due"} or "trialing" not in past
            running = [v.status for v in so_far if v.status != "canceled"]
            is_paused = running[-1:] == ["paused"]
            paying = bool(was_paying) and not is_paused and at < (_end(version) or at)
        return version if paying and float(version.mrr) > 0 else None


def _end(version: Any) -> datetime | None:
    if pd.notna(version.ended_at):
        return version.ended_at  # type: ignore[no-any-return]
    return version.updated_at if version.status == "canceled" else None


def subscriptions_by_customer(
    landed: Callable[[str], pd.DataFrame],
) -> dict[str, list[Subscription]]:
    """Each customer's subscriptions."""
    rows = landed("crm/subscriptions")
    rows = rows[rows.status.isin(STATUSES)]
    rows = rows.drop_duplicates(["subscription_id", "updated_at"], keep="last").copy()
    for column in ("updated_at", "started_at", "ended_at", "renewed_at"):
        rows[column] = pd.to_datetime(rows[column])
    found: dict[str, list[Subscription]] = {}
    for _, versions in rows.sort_values("updated_at").groupby("subscription_id"):
        customer = str(versions.customer_id.iloc[-1])
        found.setdefault(customer, []).append(Subscription(list(versions.itertuples())))
    return found
