"""`footfall digest`: a project's digest into a file, or mailed; beside a running server or without one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from footfall.annotations import Releases
from footfall.config import Config
from footfall.errors import ConfigError
from footfall.index import Index
from footfall.projects import Projects
from footfall.web.books import books_in
from footfall.web.digest import Asked, digest_page
from footfall.web.digest_mail import mail
from footfall.web.heat_command import project_named
from footfall.web.render import Templates
from footfall.web.show import counted


def write_digest(config: Config, out: Path | None, asked: Mapping[str, Any], now: int) -> str:
    """Write the digest that a command asks for, or mail it (None); return a sentence on it.

    asked: project (id, or "" for the only one), days, goal. Raises ConfigError for what cannot be done, StorageError.
    """
    database, settings = config.storage / "index.db", config.storage / "settings.db"
    if not database.exists():
        raise ConfigError(f"{config.storage} holds no recordings: is it the right --storage?")
    project = project_named(Projects(settings), asked["project"])
    wanted = Asked(project, asked["days"], asked["goal"], config.public_url)
    index = Index(database)
    try:
        page = digest_page(books_in(settings, index), Releases(settings), wanted, now)
    finally:
        index.close()
    written = Templates().render("digest.html", page)
    told = "1 day" if page.days == 1 else f"{page.days} days"
    summary = f"{counted(page.sessions, 'session')} in {told}, {page.before} in as many before."
    if out is None:
        return f"Mailed to {mail(config, page, written)}: {summary}"
    try:
        out.write_text(written, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{out} cannot be written: {error.strerror}.") from error
    return f"{out}: {summary}"
