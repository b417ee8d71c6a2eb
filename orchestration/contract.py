"""The landing contract, read from the dbt sources; nothing else lists tables or columns."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from orchestration.settings import Settings
from orchestration.yaml_text import read_yaml

RAW_PREFIX = "raw_"


@dataclass(frozen=True)
class Column:
    """A column that a source table brings, with its DuckDB type.

    Where `distribution_within` names another column, deliveries are watched for a change of the
    distribution of values within each group that the other column makes.
    """

    name: str
    data_type: str
    description: str
    is_required: bool
    is_personal: bool
    distribution_within: str | None

    @property
    def is_text(self) -> bool:
        """Whether any text is a value: `string` in SQL that Spark knows too, `text` in DuckDB's."""
        return self.data_type in {"string", "text"}

    @property
    def is_decimal(self) -> bool:
        """Whether a value is a number with a fraction."""
        return self.data_type.startswith("decimal")


@dataclass(frozen=True)
class Rule:
    """A predicate that a row must not fail; null passes."""

    name: str
    expression: str
    message: str


@dataclass(frozen=True)
class SourceTable:
    """A table of the landing contract.

    `event_time` is the column that says when what a row tells of happened: dbt's own `event_time`
    of the source, else the version; None where rows have no time, as order lines. Of a file without
    the column of the version, the landing date stands in.
    """

    source: str
    name: str
    description: str
    key: tuple[str, ...]
    version: str | None
    event_time: str | None
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    stale_after: timedelta | None

    @property
    def schema(self) -> str:
        """Schema in the warehouse, for example `raw_survey`."""
        return f"{RAW_PREFIX}{self.source}"

    @property
    def full_name(self) -> str:
        """Name in the warehouse with its schema, for example `raw_survey.responses`."""
        return f"{self.schema}.{self.name}"

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Columns that identify a row: the key, and the version where rows have versions."""
        return (*self.key, self.version) if self.version else self.key

    @property
    def needs_event_time(self) -> bool:
        """Whether no row comes without the time of its event."""
        return any(column.is_required for column in self.columns if column.name == self.event_time)


def _column(spec: dict[str, Any], key_columns: set[str]) -> Column:
    meta = spec.get("config", {}).get("meta", {})
    return Column(
        name=spec["name"],
        data_type=spec["data_type"],
        description=spec["description"],
        is_required=spec["name"] in key_columns or meta.get("required", False),
        is_personal=meta.get("pii", False),
        distribution_within=meta.get("distribution_within"),
    )


def _table(source: dict[str, Any], spec: dict[str, Any]) -> SourceTable:
    meta = spec["config"]["meta"]
    key, version = tuple(meta["key"]), meta.get("version")
    return SourceTable(
        source=source["name"].removeprefix(RAW_PREFIX),
        name=spec["name"],
        description=spec["description"],
        key=key,
        version=version,
        event_time=spec["config"].get("event_time", version),
        columns=tuple(_column(column, {*key, version}) for column in spec["columns"]),
        rules=tuple(Rule(**rule) for rule in meta.get("rules", [])),
        stale_after=_stale_after(source.get("config", {}) | spec["config"]),
    )


def _stale_after(config: dict[str, Any]) -> timedelta | None:
    """After how long without a new row dbt calls a table stale; None when it may rest."""
    limit = (config.get("freshness") or {}).get("warn_after")
    return timedelta(**{f"{limit['period']}s": limit["count"]}) if limit else None


@cache
def source_tables() -> tuple[SourceTable, ...]:
    """Every table of the contract, in the order of the files that declare them."""
    files = sorted(Settings().dbt_project_dir.glob("models/staging/*/_*__sources.yml"))
    return tuple(
        _table(source, spec)
        for file in files
        for source in read_yaml(file.read_text(encoding="utf-8"))["sources"]
        for spec in source["tables"]
    )
