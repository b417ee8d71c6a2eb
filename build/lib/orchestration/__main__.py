"""The `cx` command, as a process of its own."""

from orchestration.stopping import listen


def main() -> None:
    """Hear of Ctrl-C and SIGTERM before what takes time to import."""
    listen()
    from orchestration.cli.app import app

    app(prog_name="cx")


if __name__ == "__main__":
    main()
