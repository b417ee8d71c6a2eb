"""Fits what the project says is fitted, each to the model that its tables name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from orchestration.building.fits import purchases
from orchestration.building.fits.drivers import fit as drivers
from orchestration.building.fits.drivers.fit import Gathered, fit_drivers
from orchestration.building.fits.purchases import SCHEMA, fit_purchases
from orchestration.building.fits.texts import fit as texts
from orchestration.building.fits.texts.bars import Bars
from orchestration.building.fits.texts.fit import Given, fit_texts
from orchestration.sql import identifier

# What a table of fits may say that it is made from, each a model or a registry.
ROLES = ("fitted_to", "likened_to", "driven_by", "written_in")


@dataclass(frozen=True)
class Fits:
    """Quoted name of the table of purchase histories, what texts are told from, and outcomes."""

    histories: str
    texts: Given
    drivers: Gathered


def fits_of(manifest: Mapping[str, Any]) -> Fits:
    """What the sources of fits in a dbt manifest say that they are made from."""
    sources = [s for s in manifest["sources"].values() if s["source_name"] == SCHEMA]
    told = {source["name"]: source["meta"] for source in sources}
    nodes = {node["name"]: node for node in manifest["nodes"].values()}

    def read_by(table: str, role: str) -> str:
        node = nodes[told[table][role]]
        return identifier(node["schema"], node["alias"])

    bars = {name: float(bar) for name, bar in told["text_heads"]["bars"].items()}
    given = Given(
        read_by("text_heads", "fitted_to"), read_by("text_themes", "likened_to"), Bars(**bars)
    )
    gathered = Gathered(
        segments=read_by("driver_weights", "fitted_to"),
        values=read_by("driver_weights", "driven_by"),
        texts=read_by("driver_weights", "written_in"),
    )
    return Fits(read_by("purchase_models", "fitted_to"), given, gathered)


def fit_all(
    connection: duckdb.DuckDBPyConnection, fits: Fits, threads: int, say: Callable[[str], None]
) -> tuple[purchases.Report, texts.Report, drivers.Report]:
    """Fit each unless nothing changed for it; a fit that is refused stops nothing."""
    return (
        fit_purchases(connection, fits.histories),
        fit_texts(connection, fits.texts, threads, say),
        fit_drivers(connection, fits.drivers),
    )
