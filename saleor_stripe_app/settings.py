"""The environment, read once into one frozen value. Only app and cli import it; the rest is handed what it needs."""

import os
import re
import tempfile
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from saleor_stripe_app.domain import addresses
from saleor_stripe_app.storage.sealed import KeyRing, new_key

PREFIX = "SALEOR_STRIPE_"
SECRETS_DIR = "SECRETS_DIR"
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
SECRET_FIELDS = frozenset({"database_url", "secret_keys", "metrics_token"})
# Kubernetes puts such names beside ours when a Service is called "saleor-stripe".
SERVICE_LINK = re.compile(r"SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_\w+")


class BadSettings(Exception):
    """Settings that cannot be used. The text names each bad value and is for people; no secret is in it."""


def _comma_separated(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


CommaSeparated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_separated)]


class Settings(BaseSettings):
    """How this app runs. README's section "Settings" says what each value means."""

    # SecretStr hides a value wherever it is printed; hide_input_in_errors keeps bad ones out of tracebacks, too.
    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix=PREFIX, hide_input_in_errors=True)

    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(8000, ge=1, le=65535)
    app_url: str = Field("", validate_default=True)
    app_id: str = Field("saleor.app.payment.stripe", pattern=r"^[A-Za-z0-9._-]{1,255}$")
    app_name: str = Field("Stripe", min_length=1, max_length=60)
    database_url: str = Field("sqlite:///saleor-stripe.sqlite", repr=False, validate_default=True)
    secret_keys: SecretStr | None = Field(None, validate_default=True)
    allowed_saleor_urls: CommaSeparated = ()
    stripe_api_base: str = "https://api.stripe.com"
    trusted_proxies: CommaSeparated = ("127.0.0.1", "::1")
    body_limit: int = Field(1_048_576, ge=65_536, le=16_777_216)
    settle_concurrency: int = Field(8, ge=1, le=64)
    metrics_token: SecretStr | None = None
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Values come from `load`, and secrets from files: never by surprise from the process's environment."""
        return init_settings, file_secret_settings

    @field_validator("app_url")
    @classmethod
    def _check_app_url(cls, value: str, info: ValidationInfo) -> str:
        if value:
            return addresses.web_address(value)
        host, port = str(info.data.get("host", "127.0.0.1")), info.data.get("port", 8000)
        if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
            host = "127.0.0.1"
        if not addresses.is_loopback(host):
            raise ValueError(
                f"must be set, since the app listens on {host}: the https address at which Saleor calls it"
            )
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError) as error:
            raise ValueError("is not a database URL, such as sqlite:///file or postgresql://user@host/name") from error
        backend, _, driver = url.drivername.partition("+")
        wanted = DRIVERS.get(backend)
        if wanted is None or (driver and url.drivername != wanted):
            raise ValueError(f"begins with {url.drivername}://, but must begin with sqlite:/// or postgresql://")
        if backend == "sqlite" and url.database in {None, "", ":memory:"}:
            raise ValueError(
                "must name a file, as in sqlite:///saleor-stripe.sqlite: what is kept must outlive a restart"
            )
        return url.set(drivername=wanted).render_as_string(hide_password=False)

    @field_validator("secret_keys")
    @classmethod
    def _check_secret_keys(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None:
            _parse_keys(value.get_secret_value())
        elif str(info.data.get("database_url", "")).startswith("postgresql"):
            raise ValueError("must be set with PostgreSQL: 32 random bytes in base64url, the same on each replica")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _check_metrics_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("must have 16 characters or more, since it may be guessed from outside")
        return value

    @field_validator("allowed_saleor_urls")
    @classmethod
    def _check_allowed(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            addresses.check_pattern(pattern)
        return value

    @field_validator("stripe_api_base")
    @classmethod
    def _check_stripe_api_base(cls, value: str) -> str:
        return addresses.web_address(value)

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in value:
            try:
                ip_network(proxy)
            except ValueError as error:
                raise ValueError(f"{proxy} is not an address or network, such as 10.0.0.7 or 10.0.0.0/8") from error
        return value

    @property
    def sqlite_file(self) -> Path | None:
        """The embedded database, or None with PostgreSQL."""
        url = make_url(self.database_url)
        return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def load(environ: Mapping[str, str]) -> Settings:
    """The settings in an environment; an empty value counts as unset. Raises BadSettings naming all that is wrong."""
    given: dict[str, Any] = {
        name.removeprefix(PREFIX): value for name, value in environ.items() if name.startswith(PREFIX) and value.strip()
    }
    directory = given.pop(SECRETS_DIR, None)
    known = {name: given[name] for name in given if name.lower() in Settings.model_fields}
    problems = [
        f"{PREFIX}{name} is not a setting of this app"
        for name in sorted(given.keys() - known.keys())
        if not SERVICE_LINK.fullmatch(name)
    ]
    if directory is not None and not Path(directory).is_dir():
        problems.append(f'{PREFIX}{SECRETS_DIR}="{directory}": there is no such directory')
        directory = None
    values: dict[str, Any] = {"_secrets_dir": directory, **{name.lower(): value for name, value in known.items()}}
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems += [_in_words(fault["loc"], fault["msg"], known) for fault in error.errors(include_url=False)]
    else:
        if not problems:
            return settings
    raise BadSettings("\n".join(("The settings cannot be used:", *(f"  {problem}" for problem in problems))))


def _in_words(loc: tuple[int | str, ...], message: str, given: Mapping[str, str]) -> str:
    field = str(loc[0])
    name, value = f"{PREFIX}{field.upper()}", given.get(field.upper())
    if field == "port" and value and value.startswith("tcp://"):
        message = 'was set by Kubernetes for a Service called "saleor-stripe"; set enableServiceLinks: false in the pod'
    shown = "" if value is None or field in SECRET_FIELDS else f'="{value}"'
    return f"{name}{shown}: {message.removeprefix('Value error, ')}"


def secret_keys(settings: Settings) -> KeyRing:
    """The keys that seal secrets in the database.

    Without SECRET_KEYS they are kept in a file beside the SQLite file, which is made here when there is none.
    Raises BadSettings where that file cannot be made, read or trusted.
    """
    if settings.secret_keys is not None:
        return _parse_keys(settings.secret_keys.get_secret_value())
    database = settings.sqlite_file
    if database is None:
        raise BadSettings(f"{PREFIX}SECRET_KEYS must be set with PostgreSQL")
    path = database.with_suffix(".key")
    try:
        if not path.exists():
            _make_key_file(path)
        if path.stat().st_mode & 0o077:
            raise BadSettings(f"{path} holds secret keys and can be read by others: run chmod 600 {path}")
        return _parse_keys(",".join(path.read_text(encoding="ascii").split()))
    except (OSError, ValueError) as error:
        raise BadSettings(f"The secret keys in {path} cannot be used: {error}") from error


def _make_key_file(path: Path) -> None:
    """Make the file whole or not at all, and leave one that another process made meanwhile as it is."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # 0600 by its contract
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            Path(path).hardlink_to(temporary)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink()


def _parse_keys(text: str) -> KeyRing:
    return KeyRing.parse([part for part in text.split(",") if part.strip()])
