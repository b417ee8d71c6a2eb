"""Checks that several raw tables share."""

from expectations.suite import Expectation, no_rows, values_between
from orchestration.contract import source_tables

# No currency in use makes a single amount above 10^12 plausible; decimal(18,2) holds 10^16.
LARGEST_AMOUNT = 1e12


def columns_of_contract(table: str) -> Expectation:
    """The table, given as 'schema.table', has every column of its contract, typed as there.

    Raises:
        KeyError: the contract has no such table.
    """
    contract = {spec.full_name: spec for spec in source_tables()}[table]
    wanted = ", ".join(
        f"('{column.name}', typeof(null::{column.data_type}))" for column in contract.columns
    )
    return no_rows(
        "columns_match_contract",
        f"""
        select * from (values {wanted})
        except select column_name, column_type from (describe select * from {{batch}})
        """,
        severity="critical",
    )


def plausible_instants(*columns: str, key: str) -> Expectation:
    """No instant is a zero epoch or older, or more than a day after its row was loaded."""
    implausible = " or ".join(
        f"{column} not between '1970-01-02' and _loaded_at + interval 1 day" for column in columns
    )
    return no_rows(
        "instants_are_plausible",
        f"select {key} from {{batch}} where {implausible}",
        severity="warning",
    )


def plausible_amount(column: str) -> Expectation:
    """No amount is so large that it alone would decide every total."""
    return values_between(column, -LARGEST_AMOUNT, LARGEST_AMOUNT, severity="critical")


def iso_currency(*, key: str) -> Expectation:
    """Currencies look like ISO 4217 codes; others find no exchange rate and are left out below."""
    return _well_formed("currency", "currency glob '[A-Z][A-Z][A-Z]'", key)


def iso_language(*, key: str) -> Expectation:
    """Languages look like ISO 639-1 codes; text in others gets no sentiment."""
    return _well_formed("language", "language glob '[a-z][a-z]'", key)


def email_address(*, key: str) -> Expectation:
    """E-mail addresses have one @ between a name and a domain with a dot."""
    pattern = r"[^@\s]+@[^@\s]+\.[^@\s]+"
    return _well_formed("email", f"regexp_full_match(email, '{pattern}')", key)


def short_country(*, key: str) -> Expectation:
    """The longest official name of a country has 56 letters; longer is another column's text."""
    return no_rows(
        "country_is_short",
        f"select {key} from {{batch}} where length(country) > 60",
        severity="warning",
    )


def _well_formed(column: str, predicate: str, key: str) -> Expectation:
    return no_rows(
        f"{column}_is_well_formed",
        f"select {key} from {{batch}} where not ({predicate})",
        severity="warning",
    )
