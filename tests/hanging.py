"""When something hangs: what takes minutes where much else is at work takes no hour."""

HANGS_AFTER_SECONDS = 3600.0
