"""One file a measure: each gives what it found, ours beside its counterparts."""
