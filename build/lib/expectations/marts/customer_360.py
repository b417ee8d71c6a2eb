"""Guards marts.customer_360."""

from expectations.marts._guards import none_negative, rate
from expectations.suite import no_rows, values_between

ROW = "customer_id"
COMPONENTS = ("score", "recency", "support", "payment", "sentiment")

SUITE = (
    rate("p_alive"),
    rate("tenure_hazard"),
    rate("churn_probability"),
    values_between("sentiment_mean", -1, 1, severity="critical"),
    no_rows(
        "health_lies_among_its_components",
        f"""
        select {ROW} from {{batch}}
        where health not between
            least({", ".join(f"{name}_points" for name in COMPONENTS)}) - 0.05
            and greatest({", ".join(f"{name}_points" for name in COMPONENTS)}) + 0.05
            or (health is null) <> (
                coalesce({", ".join(f"{name}_points" for name in COMPONENTS)}) is null
            )
        """,
        severity="critical",
    ),
    no_rows(
        "customers_alone_have_a_health",
        f"select {ROW} from {{batch}} where customer_kind is null and health is not null",
        severity="critical",
    ),
    none_negative(
        "mrr",
        "mrr_at_risk",
        "support_contacts",
        "open_tickets",
        "missed_payments",
        "texts",
        row=ROW,
    ),
    no_rows(
        "customers_are_those_of_dim_customers",
        f"select {ROW} from {{batch}} anti join marts.dim_customers using ({ROW})",
        severity="critical",
    ),
)
