"""What is wrong with a company's own folder."""


class OwnFolderError(RuntimeError):
    """Something in the own folder cannot be used; the message names it and says what would do."""
