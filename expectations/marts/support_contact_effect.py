"""Guards marts.support_contact_effect."""

from expectations.marts._after_contact import after_contact
from expectations.marts._guards import rate

SUITE = (
    *after_contact(
        naive=("naive_retention_contacted", "naive_retention_others"),
        parts={"contacted": "subscribers"},
        not_negative=("churned_contacted", "churned_expected", "hazard_ratio"),
    ),
    rate("hazard_ratio_p"),
)
