"""Guards marts.support_contact_by_segment."""

from expectations.marts._after_contact import after_contact
from expectations.marts._guards import few_segments, segments_within_total, total_present

SUITE = (
    *after_contact("segment_type", "segment"),
    segments_within_total("contacted", "matched", of="horizon_months"),
    total_present(),
    few_segments(),
)
