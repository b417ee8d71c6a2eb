"""What is planted: the figures that the warehouse must find again."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Plan:
    """A plan with its price and with what is planted for the customers on it."""

    name: str
    monthly_price_usd: int
    share_of_sign_ups: float
    monthly_churn_probability: float
    promoter_probability: float
    passive_probability: float


@dataclass(frozen=True)
class Purchases:
    """BG/NBD parameters, time in weeks (Fader, Hardie and Lee 2005).

    They hold for instants. A fit on distinct days finds alpha about 4 % higher (60,000 customers,
    two seeds: 12.6 and 12.4 by day, 12.1 and 12.0 by instant), the other parameters about 2 %.
    """

    r: float = 0.8
    alpha_weeks: float = 12.0
    a: float = 0.8
    b: float = 3.0


@dataclass(frozen=True)
class Spend:
    """Gamma-Gamma parameters of an order's total less discount in USD (Fader and Hardie 2013)."""

    p: float = 6.0
    q: float = 4.0
    v: float = 30.0


@dataclass(frozen=True)
class Experiment:
    """An experiment and the satisfied share of csat_purchase after assignment, by variant."""

    experiment_id: str = "checkout_redesign"
    assigned_share: float = 0.8
    control_satisfied_probability: float = 0.70
    treatment_satisfied_probability: float = 0.80


@dataclass(frozen=True)
class Outcome:
    """An experiment whose outcome lands, and the mean minutes by variant; they are exponential."""

    experiment_id: str = "search_suggestions"
    control_mean: float = 30.0
    treatment_mean: float = 22.0


@dataclass(frozen=True)
class Split:
    """An experiment that was to be split evenly, and is not."""

    experiment_id: str = "dark_theme"
    control_share: float = 0.65


@dataclass(frozen=True)
class Agent:
    """An agent of the planted group: share of its tickets, and of their answers the satisfied."""

    agent_id: str
    share_of_tickets: float
    satisfied_probability: float


@dataclass(frozen=True)
class EmployeeNps:
    """What employees answer."""

    promoter_probability: float = 0.45
    passive_probability: float = 0.30

    @property
    def nps(self) -> float:
        """Planted NPS in points."""
        return _nps(self.promoter_probability, self.passive_probability)["nps"]


@dataclass(frozen=True)
class FunnelLoss:
    """Share of buyers who set up what they bought, of one acquisition channel and of the others."""

    acquisition_channel: str = "Social"
    probability: float = 0.35
    probability_elsewhere: float = 0.75


@dataclass(frozen=True)
class Discontent:
    """What satisfied shares are multiplied by: after a late delivery; of a channel since a day."""

    factor_of_late_delivery: float = 0.5
    acquisition_channel: str = "Search"
    since: str = "2026-04-01"
    factor_of_channel: float = 0.5


@dataclass(frozen=True)
class LateCalls:
    """Share of late deliveries that are called about, within so many days of the promise."""

    probability: float = 0.3
    days: int = 30


@dataclass(frozen=True)
class LatePayments:
    """Share who miss a payment in a month, of customers who leave in the months after and others.

    It leaves the share who leave as it is: those who are to leave miss payments before.
    """

    probability_before_leaving: float = 0.3
    months: int = 3
    probability: float = 0.01


@dataclass(frozen=True)
class Causes:
    """Why customers answer and leave otherwise than others do.

    Support and calls change nothing, unless told: what the chance to leave in a month is multiplied
    by once there was a first contact, and points that a detractor who was called answers more. Nor
    does who is to leave write of the price, unless a share do in the 120 days before.
    """

    discontent: Discontent = Discontent()
    late_payments: LatePayments = LatePayments()
    churn_factor_of_contact: float = 1.0
    points_of_call: int = 0
    price_mentioned_before_leaving: float = 0.0


CAUSES = Causes()
NO_CAUSES = Causes(
    Discontent(factor_of_late_delivery=1.0, factor_of_channel=1.0),
    LatePayments(probability_before_leaving=LatePayments.probability),
)
PLANS = (
    Plan("Starter", 29, 0.45, 0.050, 0.38, 0.30),
    Plan("Growth", 79, 0.30, 0.030, 0.45, 0.30),
    Plan("Business", 199, 0.18, 0.020, 0.55, 0.28),
    Plan("Enterprise", 799, 0.07, 0.010, 0.65, 0.25),
)
PURCHASES = Purchases()
SPEND = Spend()
EXPERIMENT = Experiment()
OUTCOME = Outcome()
BROKEN_SPLIT = Split()
ABSENT_EFFECT = "reminder_mail"
POSITIVE_PROBABILITY = {
    "csat_support": 0.76,
    "csat_purchase": 0.70,
    "ces_1_0": 0.58,
    "ces_2_0": 0.68,
}
# Others of the group share what remains. The lucky agent has so few answers that all are satisfied.
PLANTED_GROUP = "Billing"
STEADY_AGENT = Agent("A0", 0.25, 0.97)
POOR_AGENT = Agent("A1", 0.15, 0.30)
AGENTS = {"steady": STEADY_AGENT, "poor": POOR_AGENT}
LUCKY_AGENT = "A36"
LUCKY_ANSWERS = 10
EMPLOYEE_NPS = EmployeeNps()
FUNNEL_LOSS = FunnelLoss()
LATE_DELIVERY_PROBABILITY = 0.15
LATE_CALLS = LateCalls()
# Tones and stars are drawn from these.
MENTION_TONES = ("positive", "positive", "neutral", "negative")
POST_TONES = ("positive", "neutral", "negative", "negative")
NOTE_TONES = ("positive", "positive", "negative")
# How many mentions of each there are beside one of ours.
COMPETITORS = {"Nordlicht": 0.9, "Blue Harbor": 0.6}
REVIEW_STARS = (1, 2, 3, 4, 4, 5, 5, 5)
NEUTRAL_STARS = 3
# Of what customers on this plan complain of, this much more is the price.
PRICE_PLAN = "Starter"
PRICE_PROBABILITY = 0.5
REOPEN_PROBABILITY = 0.12
# An agent takes a ticket, then replies, each five minutes and an exponential wait later.
PREPARATION_SECONDS = 300
ASSIGNMENT_MEAN_SECONDS = 1800
REPLY_MEAN_SECONDS = 14_400
URGENT_FIRST_REPLY_SECONDS = 3600
TRIAL_CONVERSION_PROBABILITY = 0.6
INVOLUNTARY_CHURN_PROBABILITY = 0.25
ANSWER_PROBABILITY = 0.38
BOUNCE_PROBABILITY = 0.03
CART_PURCHASE_PROBABILITY = 0.32
# Carts that are not bought are emptied, else bought days later, with these.
CART_REMOVAL_PROBABILITY = 0.2
CART_RECOVERY_PROBABILITY = 0.25
CART_PROBABILITY = 0.15
SINGLE_PAGE_PROBABILITY = 0.35
LOGIN_PROBABILITY = 0.6
# Programs among sessions without sign-in and cart; customers who use somebody else's device.
BOT_PROBABILITY = 0.05
SHARED_DEVICE_PROBABILITY = 0.02
# Waiting and patience are exponential, so a caller abandons with 40 / (40 + 360).
CALL_WAIT_MEAN_SECONDS = 40
CALL_PATIENCE_MEAN_SECONDS = 360


@dataclass(frozen=True)
class Dirt:
    """Rows of each kind of dirt by `source/table`; a table without that dirt is absent."""

    quarantined: dict[str, int]
    repeated: dict[str, int]
    late: dict[str, int]
    unknown_customer: dict[str, int]
    unregistered_instrument: dict[str, int]
    off_scale: dict[str, int]
    second_variant: dict[str, int]


@dataclass(frozen=True)
class Truth:
    """What a sample was made of; probabilities are planted, expected shares follow from them."""

    customers: int
    days: int
    seed: int
    data_ends_on: str
    nps_by_plan_at_response: dict[str, dict[str, float]]
    nps_expected: float
    satisfied_probability_by_csat_instrument: dict[str, float]
    csat_satisfied_share_expected: float
    easy_probability_by_ces_instrument: dict[str, float]
    ces_easy_share_expected: float
    answer_probability_of_delivered_invitation: float
    bounce_probability: float
    late_delivery_probability: float
    late_calls: LateCalls
    discontent: Discontent
    price_complaint_probability_by_plan: dict[str, float]
    net_sentiment_by_source: dict[str, float]
    voice_share_by_brand: dict[str, float]
    ticket_reopen_probability: float
    urgent_first_reply_breach_probability: float
    call_abandon_probability: float
    agents: dict[str, Agent]
    lucky_agent: str
    employee_nps: float
    funnel_loss: FunnelLoss
    cart_abandon_probability: float
    trial_conversion_probability: float
    involuntary_churn_probability: float
    late_payments: LatePayments
    churn_factor_of_contact: float
    points_of_call: int
    cart_recovery_probability: float
    session_bounce_probability: float
    monthly_churn_probability_by_plan_at_month_start: dict[str, float]
    monthly_price_usd_by_plan: dict[str, int]
    purchases_bg_nbd: Purchases
    spend_gamma_gamma: Spend
    experiment: Experiment
    experiment_with_outcome: Outcome
    experiment_with_broken_split: Split
    experiment_without_effect: str
    orders_outside_bg_nbd_by_status: dict[str, int]
    rows: dict[str, int]
    dirt: Dirt

    def write(self, file: Path) -> None:
        """Write as JSON with sorted keys."""
        text = json.dumps(asdict(self), indent=2, sort_keys=True)
        file.write_text(text + "\n", encoding="utf-8")


def urgent_first_reply_breach_probability() -> float:
    """Of urgent tickets, those whose two waits are longer than the registry promises."""
    left = URGENT_FIRST_REPLY_SECONDS - 2 * PREPARATION_SECONDS
    waits = (REPLY_MEAN_SECONDS, ASSIGNMENT_MEAN_SECONDS)
    reply, assignment = (mean * math.exp(-left / mean) for mean in waits)
    return (reply - assignment) / (REPLY_MEAN_SECONDS - ASSIGNMENT_MEAN_SECONDS)


def cart_abandon_probability() -> float:
    """Of carts that are not emptied, those without a purchase within a day."""
    left = (1 - CART_PURCHASE_PROBABILITY) * (1 - CART_REMOVAL_PROBABILITY)
    return left / (left + CART_PURCHASE_PROBABILITY)


def session_bounce_probability() -> float:
    """Of people's sessions, those of one page; a cart, and coming back for it, are none."""
    left = (1 - CART_PURCHASE_PROBABILITY) * (1 - CART_REMOVAL_PROBABILITY)
    come_back = CART_PROBABILITY * left * CART_RECOVERY_PROBABILITY
    bots = (1 - CART_PROBABILITY) * (1 - LOGIN_PROBABILITY) * BOT_PROBABILITY
    without_cart = 1 - CART_PROBABILITY - bots
    return SINGLE_PAGE_PROBABILITY * without_cart / (1 - bots + come_back)


def net_sentiment_by_source() -> dict[str, float]:
    """Share of positive texts less that of negative ones."""
    tones = {"mention": MENTION_TONES, "post": POST_TONES, "note": NOTE_TONES}
    stars = [(star > NEUTRAL_STARS) - (star < NEUTRAL_STARS) for star in REVIEW_STARS]
    return {
        **{
            source: (of_source.count("positive") - of_source.count("negative")) / len(of_source)
            for source, of_source in tones.items()
        },
        "review": sum(stars) / len(stars),
    }


def voice_share_by_brand() -> dict[str, float]:
    """Of mentions where competitors are mentioned, too, the share of each brand."""
    beside_ours = {"(own)": 1.0} | COMPETITORS
    return {brand: mentions / sum(beside_ours.values()) for brand, mentions in beside_ours.items()}


def nps_by_plan() -> dict[str, dict[str, float]]:
    """Planted probability of each bucket, and the NPS that follows, by plan."""
    return {plan.name: _nps(plan.promoter_probability, plan.passive_probability) for plan in PLANS}


def _nps(promoter: float, passive: float) -> dict[str, float]:
    detractor = 1 - promoter - passive
    return {
        "promoter_probability": promoter,
        "passive_probability": passive,
        "detractor_probability": round(detractor, 10),
        "nps": round(100 * (promoter - detractor), 10),
    }
