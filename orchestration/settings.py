"""Where the warehouse keeps things, and what it may use: settings from the environment."""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, PositiveInt, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).parent.parent
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"


class Limits(BaseSettings):
    """What one file may hold; each is a setting under its name in capitals after `CX_`.

    A file beyond a limit is kept outside before it takes the time, memory or disk of all others.
    """

    model_config = SettingsConfigDict(env_prefix="CX_", env_ignore_empty=True, frozen=True)

    max_unpacked_bytes: PositiveInt = 10_000_000_000
    max_unpacked_ratio: PositiveInt = 200
    max_columns: PositiveInt = 1_000
    max_row_bytes: PositiveInt = 50_000_000
    # A file of which most rows are refused is rather another format than one with some bad rows.
    max_refused_share: Annotated[float, Field(ge=0, le=1)] = 0.5


class Settings(BaseSettings):
    """Settings from the environment, each under its name in capitals after `CX_`."""

    model_config = SettingsConfigDict(
        env_prefix="CX_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    home: Path = PROJECT_ROOT / "data"
    landing: Path | None = None
    own: Path | None = None
    target: Literal["duckdb", "ducklake", "spark"] = "duckdb"
    ducklake_catalog: Annotated[SecretStr | None, Field(validate_default=True)] = None
    ducklake_data: Path | None = None
    spark_host: str = "127.0.0.1"
    spark_port: int = 10000
    spark_data: Path | None = None
    threads: int = 2
    memory_limit: str = "4GB"
    limits: Limits = Field(default_factory=Limits)
    published_to: Literal["owner", "group", "all"] = "owner"
    publish_postgres_url: SecretStr | None = None

    @field_validator("home", "landing", "own", "ducklake_data", "spark_data")
    @classmethod
    def _absolute(cls, folder: Path | None) -> Path | None:
        """One meaning in every process, wherever it is started: children do not share our cwd."""
        if folder is None:
            return None
        try:
            return folder.expanduser().resolve()
        except RuntimeError as error:  # ~nobody
            raise ValueError(str(error)) from error

    @field_validator("home")
    @classmethod
    def _is_a_name_for_duckdb(cls, folder: Path) -> Path:
        if "?" in str(folder):
            raise ValueError("DuckDB takes what follows a ? for options; choose another folder")
        return folder

    @field_validator("ducklake_catalog")
    @classmethod
    def _is_there_for_a_lake(cls, url: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if url is None and info.data.get("target") == "ducklake":
            raise ValueError("name the database of the catalog, which CX_TARGET=ducklake asks for")
        return url

    @field_validator("ducklake_catalog", "publish_postgres_url")
    @classmethod
    def _is_of_postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url.get_secret_value())
        except ValueError:  # which would quote the password
            parts = urlsplit("")
        if parts.scheme not in ("postgresql", "postgres"):
            raise ValueError("write it as postgresql://user:password@host:5432/database")
        if "@" in parts.path + parts.query + parts.fragment:
            raise ValueError("write the signs / ? # of a password as %2F %3F %23")
        return url

    @property
    def home_dir(self) -> Path:
        """The folder that holds everything the warehouse makes."""
        return self.home

    @cached_property
    def landing_dir(self) -> Path:
        """The landing zone: `CX_LANDING`, or `landing/` under the home folder."""
        return self.landing or (self.home_dir / "landing").resolve()

    @cached_property
    def project_dir(self) -> Path:
        """Where the dbt project and the registries lie, with what is in the own folder if any."""
        return self.home_dir / "project" if self.own else PROJECT_ROOT

    @cached_property
    def dbt_project_dir(self) -> Path:
        """The dbt project that is built."""
        return self.project_dir / DBT_PROJECT_DIR.name

    @cached_property
    def warehouse_file(self) -> Path:
        """The private DuckDB file that is built, and that no reader opens."""
        return self.home_dir / "warehouse.duckdb"

    @property
    def is_lake(self) -> bool:
        """Whether the warehouse is a DuckLake, not a file."""
        return self.target == "ducklake"

    @cached_property
    def lake_dir(self) -> Path:
        """The folder of a DuckLake's Parquet: `CX_DUCKLAKE_DATA`, or `lake/` in the home folder."""
        return self.ducklake_data or (self.home_dir / "lake").resolve()

    @property
    def is_spark(self) -> bool:
        """Whether Spark computes the models; what is loaded, fitted and gated is in the file."""
        return self.target == "spark"

    @cached_property
    def spark_dir(self) -> Path:
        """The folder that Spark reads and writes too: `CX_SPARK_DATA`, or `spark/` in the home."""
        return self.spark_data or (self.home_dir / "spark").resolve()

    @cached_property
    def temp_dir(self) -> Path:
        """Where DuckDB puts what is beyond its memory, on the disk of the warehouse."""
        return self.warehouse_file.with_name(f"{self.warehouse_file.name}.tmp")

    @cached_property
    def published_dir(self) -> Path:
        """The folder that BI tools read."""
        return self.home_dir / "published"

    @cached_property
    def log_dir(self) -> Path:
        """The folder of run logs and dbt artefacts."""
        return self.home_dir / "logs"
