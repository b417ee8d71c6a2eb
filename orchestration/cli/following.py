"""What a terminal shows of a run: a line that stays for each phase, and one that comes and goes."""

from rich.console import Console

_LINE_BEGINS_ANEW = "\r\x1b[2K"


class Following:
    """A run on a screen; of one that is no terminal, such as a log, nothing comes and goes."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen

    def show(self, phase: str, summary: str) -> None:
        """Print what a phase came to."""
        self.meanwhile("")
        self._screen.print(f"{phase:12}{summary}")

    def meanwhile(self, line: str) -> None:
        """Put a line in place of the last one that came and goes; none if it is empty."""
        if self._screen.is_terminal:
            self._screen.file.write(_LINE_BEGINS_ANEW + line)
            self._screen.file.flush()
