"""The settings of a Footfall server: read once at the start, checked, then passed on as one frozen value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from footfall.errors import ConfigError

MIN_PASSWORD: Final = 8
"""Characters of a password."""
_ADDRESS: Final = re.compile(r"[^\s@,<>\"]{1,64}@[A-Za-z0-9.-]{1,255}")

MIN_TOKEN: Final = 16
"""Characters of a token for machines."""
_NUMBERS: Final = (
    "port", "project_rate", "address_rate", "asset_quota_mb", "drain_seconds", "retention_days",
    "export_limit_mb",
)  # fmt: skip

Setting = str | int | bool | Path | None


@dataclass(frozen=True)
class Config:
    """Every setting. The environment variable of `x` is FOOTFALL_X."""

    storage: Path = Path("storage")
    """The folder with everything that is kept."""
    host: str = "127.0.0.1"
    """The address to listen on; any but this computer's own needs a password."""
    port: int = 8000
    """The TCP port; 0 takes a free one."""
    password: str | None = None
    """What opens the pages; without one they are for this computer only."""
    public_url: str | None = None
    """Where visitors reach this server, as in https://footfall.example; None: as the request says."""
    log_json: bool = False
    """Write log lines as JSON, one object a line."""
    proxies: str = ""
    """Reverse proxies whose word on visitors' addresses is taken: networks, by commas; this computer always is one."""
    proxy_header: str = ""
    """The header in which they give it, as in X-Forwarded-For; none: visitors behind them are not told apart."""
    country_header: str = ""
    """The header in which they give the visitor's country, as in CF-IPCountry; none: it is not known."""
    project_rate: int = 1_000
    """Chunks and assets a second that a project may send on the long run; ten times as many at once."""
    address_rate: int = 200
    """The same for a network of visitors (/24, /48); 0: any."""
    asset_quota_mb: int = 2_048
    """MB of assets that a project may upload in all; 0: any."""
    retention_days: int = 30
    """Days that recordings are kept, where a project does not say it; 0: until somebody erases them."""
    drain_seconds: int = 0
    """How long the server goes on after it is told to stop, /readyz saying 503, for a load balancer to see."""
    export_limit_mb: int = 200
    """MB of a session that is downloaded as one HTML file, at most: a browser reads it whole."""
    smtp: str = ""
    """The server that takes mails, as in smtps://user:password@mail.example; none: no digest is mailed."""
    mail_from: str = ""
    """Whom mails are from, as in footfall@shop.example."""
    digest_to: str = ""
    """Who gets the digest of each project on Mondays: addresses, by commas."""
    metrics_token: str | None = None
    """What opens /metrics for a machine (Authorization: Bearer); without it, it is read as the pages are."""


def load(env: Mapping[str, str], **overrides: Setting) -> Config:
    """Return the settings of the environment, each replaced by the override that is not None.

    Raises ConfigError when a value cannot be read or the settings do not fit each other.
    """
    values: dict[str, Setting] = {}
    for field in fields(Config):
        written = env.get("FOOTFALL_" + field.name.upper(), "")
        if written != "":
            values[field.name] = _read(field.name, written)
    values |= {name: value for name, value in overrides.items() if value is not None}
    config = replace(Config(), **values)  # type: ignore[arg-type] # checked by _read and the CLI
    check(config)
    return config


def check(config: Config) -> None:
    """Raise ConfigError when the settings cannot work together; its text says what to do."""
    if not 0 <= config.port <= 65535:
        raise ConfigError(f"Port {config.port} does not exist; choose one from 1 to 65535.")
    if config.password is not None and len(config.password) < MIN_PASSWORD:
        raise ConfigError(f"The password needs at least {MIN_PASSWORD} characters.")
    if config.password is None and not is_loopback(config.host):
        raise ConfigError(
            f"Listening on {config.host} would let anyone who reaches it watch the recordings. "
            "Set a password (FOOTFALL_PASSWORD), or listen on 127.0.0.1."
        )
    numbers = (
        config.project_rate - 1,
        config.address_rate,
        config.asset_quota_mb,
        config.drain_seconds,
        config.retention_days,
        config.export_limit_mb - 1,
    )
    if min(numbers) < 0:
        raise ConfigError(
            "Rates, quotas, days and seconds are not negative, and FOOTFALL_PROJECT_RATE and"
            " FOOTFALL_EXPORT_LIMIT_MB are at least 1."
        )
    if config.metrics_token is not None and len(config.metrics_token) < MIN_TOKEN:
        raise ConfigError(f"The token for /metrics needs at least {MIN_TOKEN} characters.")
    if config.smtp:
        _check_mail(config)
    if config.public_url is not None and not _is_origin(config.public_url):
        raise ConfigError(
            f"The public URL {config.public_url!r} must be a scheme and a host, "
            "as in https://footfall.example."
        )


def _check_mail(config: Config) -> None:
    try:
        parts = urlsplit(config.smtp)
        is_server = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_server = False
    if not is_server:
        raise ConfigError(
            "FOOTFALL_SMTP is no mail server; write it as smtps://user:password@mail.example."
        )
    addresses = [config.mail_from, *config.digest_to.split(",")]
    if not all(_ADDRESS.fullmatch(one.strip()) for one in addresses):
        raise ConfigError(
            "With FOOTFALL_SMTP, FOOTFALL_MAIL_FROM is an address, and FOOTFALL_DIGEST_TO one or more, by commas."
        )


def is_loopback(host: str) -> bool:
    """Tell whether an address to listen on can be reached from this computer only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_origin(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc != "" and not (parts.path.strip("/"))


def _read(name: str, written: str) -> Setting:
    if name == "storage":
        return Path(written)
    if name in _NUMBERS:
        try:
            return int(written)
        except ValueError as error:
            variable = f"FOOTFALL_{name.upper()}"
            raise ConfigError(f"{variable} is {written!r}, which is not a number.") from error
    if name == "log_json":
        return written.lower() in ("1", "true", "yes", "on")
    return written
