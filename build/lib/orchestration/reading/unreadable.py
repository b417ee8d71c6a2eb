"""Why a file stays outside."""


class UnreadableFile(Exception):
    """A file that cannot be loaded at all; the message names the reason and the remedy."""
