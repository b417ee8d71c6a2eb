"""The linter of SQL's style, in half of its time."""

from sqlfluff.cli.commands import cli

from tests.garbage import collect_seldom

if __name__ == "__main__":
    collect_seldom()
    cli()
