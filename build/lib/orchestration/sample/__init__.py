"""Sample landing files, of any size from a seed, with planted truth."""

from orchestration.sample.generate import write_sample
from orchestration.sample.truth import Truth

__all__ = ["Truth", "write_sample"]
