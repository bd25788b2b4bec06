"""The digest as a mail: built, sent by SMTP, and sent to the team each Monday while the server runs."""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from aiohttp import web
from sqlite_utils import Database, Migrations

from footfall.config import Config, is_loopback
from footfall.errors import ConfigError, FootfallError
from footfall.projects import Project
from footfall.settings import database, now_ms
from footfall.web import show
from footfall.web.books import books_in
from footfall.web.digest import Asked, DigestPage, digest_page
from footfall.web.keys import CONFIG, INDEX, PROJECTS, RELEASES, TEMPLATES

FIRST_HOUR: Final = 6
"""From when on Mondays, UTC, the week's digest is mailed; until the day ends it is tried again."""
_LOOK_S: Final = 900.0
_TIMEOUT_S: Final = 30.0
_PORTS: Final = {"smtp": 587, "smtps": 465}

_log = logging.getLogger("footfall.web")
_migrations = Migrations("footfall.digests")


@_migrations()
def m001_digests(db: Database) -> None:
    """Make the table."""
    db.create_table("digests", {"project": str, "week": str}, pk=("project", "week"))


def mail(config: Config, page: DigestPage, written: str) -> str:
    """Send a digest, as HTML and as text; return to whom. Blocking. Raises ConfigError for what cannot be done."""
    if not config.smtp:
        raise ConfigError("No mail server is set: set FOOTFALL_SMTP, _MAIL_FROM and _DIGEST_TO.")
    message = message_of(config, page, written)
    try:
        with _connected(config) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        host = urlsplit(config.smtp).hostname
        raise ConfigError(f"The digest could not be mailed by {host}: {error}") from error
    return str(message["To"])


def message_of(config: Config, page: DigestPage, written: str) -> EmailMessage:
    """Return the mail; pure. Names from outside cannot break out of its head: EmailMessage refuses or encodes them."""
    message = EmailMessage()
    message["Subject"] = f"{page.project}: {_days(page.days)} of visits"
    message["From"] = config.mail_from.strip()
    message["To"] = ", ".join(one.strip() for one in config.digest_to.split(","))
    message.set_content(text_of(page))
    message.add_alternative(written, subtype="html")
    return message


def text_of(page: DigestPage) -> str:
    """Return the digest's figures as plain text; pure."""
    lines = [f"{page.project}: the last {_days(page.days)}, beside as many before", ""]
    for one in page.tiles:
        before = f" (before {one.before}{f', {one.change}' if one.change else ''})"
        lines.append(f"{one.name}: {one.value}{before if one.before else ''}")
    for title, rows in (("Landing pages", page.entries), ("Sources", page.sources)):
        if rows:
            lines += ["", f"{title}:"]
            lines += [f"  {row.name}: {show.number(row.totals.sessions)}" for row in rows]
    lines += _worst(page)
    if page.releases:
        lines += ["", f"Releases: {', '.join(one.name for one in page.releases)}"]
    if page.base:
        lines += ["", f"{page.base}/overview"]
    return "\n".join(lines) + "\n"


def _worst(page: DigestPage) -> list[str]:
    """Return the lines of what is wrong, each problem with its clip where the address is known."""
    told = ["", "What is wrong:"] if page.worst else []
    for one in page.worst:
        problem = one.problem
        element = f"“{one.label}”" if one.label else problem.element
        what = " ".join(filter(None, (one.name, element)))
        many = "visitor" if problem.visitors == 1 else "visitors"
        told.append(f"  {what} on {problem.page}: {show.number(problem.visitors)} {many}")
        if page.base:
            told.append(f"    {page.base}/sessions/{problem.example}{one.clip}")
    return told


async def mailing(app: web.Application) -> AsyncIterator[None]:
    """Mail each project's digest on Mondays, where a mail server is set."""
    if not app[CONFIG].smtp:
        yield
        return
    settings = app[CONFIG].storage / "settings.db"
    with database(settings) as db:
        _migrations.apply(db)

    async def look() -> None:
        while True:
            await asyncio.to_thread(mail_what_is_due, app, now_ms())
            await asyncio.sleep(_LOOK_S)

    task = asyncio.create_task(look())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def mail_what_is_due(app: web.Application, now: int) -> None:
    """Mail the digests that are due at `now` (ms since 1970) and were not mailed yet. Blocking; failures are logged."""
    moment = datetime.fromtimestamp(now / 1000, UTC)
    if moment.isoweekday() != 1 or moment.hour < FIRST_HOUR:
        return
    week = "{}-W{:02}".format(*moment.isocalendar()[:2])
    settings = app[CONFIG].storage / "settings.db"
    for project in app[PROJECTS].all():
        try:
            if not _is_mailed(settings, project, week):
                _mail_one(app, project, now)
                _note(settings, project, week)
        except FootfallError as error:
            _log.warning("the digest of %s: %s", project.id, error)


def _mail_one(app: web.Application, project: Project, now: int) -> None:
    config = app[CONFIG]
    asked = Asked(project, public_url=config.public_url)
    page = digest_page(
        books_in(config.storage / "settings.db", app[INDEX]), app[RELEASES], asked, now
    )
    if page.sessions or page.before:  # of a project that nobody visits, nobody wants to hear
        mail(config, page, app[TEMPLATES].render("digest.html", page))


def _is_mailed(settings: Path, project: Project, week: str) -> bool:
    with database(settings) as db:
        return db.table("digests").count_where("project = ? AND week = ?", [project.id, week]) > 0


def _note(settings: Path, project: Project, week: str) -> None:
    with database(settings) as db:
        db.table("digests").insert({"project": project.id, "week": week}, ignore=True)


@contextmanager
def _connected(config: Config) -> Iterator[smtplib.SMTP]:
    """Connect, encrypted wherever the other end is not this computer, and log in where the address has a user."""
    parts = urlsplit(config.smtp)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
    try:
        if parts.scheme == "smtp" and not is_loopback(host):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
    finally:
        # What was taken stays taken, however the other end says farewell.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _days(count: int) -> str:
    return "day" if count == 1 else f"{count} days"
