"""The digest by mail: what is sent, to whom, once a week, and what is said when it cannot be."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from footfall.annotations import Releases
from footfall.cli import main
from footfall.config import Config, load
from footfall.errors import ConfigError
from footfall.projects import Project
from footfall.settings import database
from footfall.web import digest_mail
from footfall.web.books import books_in
from footfall.web.common import now_ms
from footfall.web.digest import Asked, digest_page
from footfall.web.digest_mail import mail_what_is_due, text_of
from footfall.web.keys import CONFIG, DETECTOR, INDEX, RELEASES
from tests.detect.test_detector import presses
from tests.web.conftest import Site
from tests.wire import chunks

DAY = 86_400_000
MONDAY = int(datetime(2026, 11, 23, 6, 30, tzinfo=UTC).timestamp() * 1000)


@dataclass
class Post:
    """A mail server that takes everything, or nothing."""

    port: int = 0
    refuses: bool = False
    to: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(one, policy=email.policy.default) for one in self.bodies]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 post\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                body = await reader.readuntil(b"\r\n.\r\n")
                self.bodies.append(body.replace(b"\r\n..", b"\r\n.")[:-3])
            if verb == b"RCPT":
                self.to.append(line.decode().strip()[8:])
            refused = self.refuses and verb == b"RCPT"
            writer.write(b"550 nobody here\r\n" if refused else b"250 fine\r\n")
            if verb == b"QUIT":
                break
        writer.close()


@asynccontextmanager
async def posting() -> AsyncIterator[Post]:
    post = Post()
    server = await asyncio.start_server(post.talk, "127.0.0.1", 0)
    post.port = server.sockets[0].getsockname()[1]
    async with server:
        yield post


def mailing(config: Config, post: Post) -> Config:
    return replace(
        config,
        smtp=f"smtp://127.0.0.1:{post.port}",
        mail_from="footfall@shop.example",
        digest_to="ann@shop.example, bob@shop.example",
    )


@pytest.fixture
async def project(site: Site) -> Project:
    made = site.project("Tea & <Co>")
    await site.remember(made, "a", [chunks.page_view()], MONDAY - 2 * DAY)
    await site.remember(made, "b", [chunks.page_view()], MONDAY - 9 * DAY)
    site.app[RELEASES].add(made.id, "v2.4", MONDAY - DAY)
    return made


async def test_each_monday_it_is_mailed_once(
    site: Site, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.project("Nobody comes here")
    with database(site.app[CONFIG].storage / "settings.db") as db:
        digest_mail._migrations.apply(db)
    async with posting() as post:
        config = mailing(site.app[CONFIG], post)
        monkeypatch.setitem(site.app._state, CONFIG, config)
        for moment in (MONDAY - DAY, MONDAY - 3_600_000, MONDAY, MONDAY + 900_000, MONDAY + DAY):
            await asyncio.to_thread(mail_what_is_due, site.app, moment)
        assert len(post.bodies) == 1
        assert post.to == ["<ann@shop.example>", "<bob@shop.example>"]
        [found] = post.mails
        assert found["Subject"] == "Tea & <Co>: 7 days of visits"
        text = found.get_body(("plain",))
        html = found.get_body(("html",))
        assert text is not None
        assert html is not None
        told = text.get_content()
        assert "What is wrong" not in told
        for line in ("Sessions: 1 (before 1", "  /: 1", "  direct: 1", "Releases: v2.4"):
            assert line in told
        assert "<h1>Tea &amp; &lt;Co&gt;</h1>" in html.get_content()
        await asyncio.to_thread(mail_what_is_due, site.app, MONDAY + 7 * DAY)
        assert len(post.bodies) == 2


async def test_the_mail_tells_what_is_wrong(site: Site) -> None:
    made = site.project("Tea & <Co>")
    await site.remember(made, "a", [chunks.page_view(), *presses(3)], MONDAY - 2 * DAY)
    await asyncio.to_thread(site.app[DETECTOR].catch_up)
    books = books_in(site.app[CONFIG].storage / "settings.db", site.app[INDEX])
    releases = site.app[RELEASES]
    for address, clip in ((None, ""), ("https://tea.example/", "https://tea.example/p/tea-co")):
        asked = Asked(made, public_url=address)
        text = text_of(await asyncio.to_thread(digest_page, books, releases, asked, MONDAY))
        lines = text.splitlines()
        at = lines.index("What is wrong:")
        told = [one for one in lines[at + 1 :] if one.startswith("  ") and "://" not in one]
        assert told == ["  Dead click “Buy” on /: 1 visitor", "  Rage click “Buy” on /: 1 visitor"]
        links = [one.strip() for one in lines if "/sessions/" in one]
        assert links == [f"{clip}/sessions/{chunks.ident('a')}?t=0"] * 2 * bool(clip)


async def test_a_mail_that_is_refused_is_tried_again(
    site: Site, project: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with database(site.app[CONFIG].storage / "settings.db") as db:
        digest_mail._migrations.apply(db)
    async with posting() as post:
        post.refuses = True
        monkeypatch.setitem(site.app._state, CONFIG, mailing(site.app[CONFIG], post))
        await asyncio.to_thread(mail_what_is_due, site.app, MONDAY)
        assert f"the digest of {project.id}: The digest could not be mailed" in caplog.text
        post.refuses = False
        await asyncio.to_thread(mail_what_is_due, site.app, MONDAY + 900_000)
        assert len(post.bodies) == 1


@pytest.mark.usefixtures("project")
async def test_by_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = ["--storage", str(tmp_path / "storage"), "--days", "30"]
    assert main(["digest", "--mail", *storage]) == 1
    assert "No mail server is set" in capsys.readouterr().err
    async with posting() as post:
        monkeypatch.setenv("FOOTFALL_SMTP", f"smtp://127.0.0.1:{post.port}")
        monkeypatch.setenv("FOOTFALL_MAIL_FROM", "footfall@shop.example")
        monkeypatch.setenv("FOOTFALL_DIGEST_TO", "ann@shop.example")
        assert await asyncio.to_thread(main, ["digest", "--mail", *storage]) == 0
        assert "Mailed to ann@shop.example: " in capsys.readouterr().out
        assert [one["From"] for one in post.mails] == ["footfall@shop.example"]
    assert await asyncio.to_thread(main, ["digest", "--mail", *storage]) == 1
    assert "could not be mailed by 127.0.0.1" in capsys.readouterr().err


async def test_it_is_downloaded_from_the_overview(site: Site) -> None:
    made = site.project("Shop")
    await site.remember(made, "a", [chunks.page_view()], now_ms() - DAY)
    Releases(site.app[CONFIG].storage / "settings.db").add(made.id, "v <3>", now_ms() - DAY)
    assert f'href="/p/{made.id}/digest.html"' in await site.text(f"/p/{made.id}/overview")
    async with site.client.get(f"/p/{made.id}/digest.html?days=30&goal=nonsense") as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="digest-shop.html"'
        text = await answer.text()
    assert "beside the 30 days before" in text
    assert "v &lt;3&gt;" in text


@pytest.mark.parametrize(
    ("smtp", "sender", "to"),
    [
        ("mail.example", "a@b.example", "c@d.example"),
        ("http://mail.example", "a@b.example", "c@d.example"),
        ("smtp://", "a@b.example", "c@d.example"),
        ("smtp://mail.example:99999", "a@b.example", "c@d.example"),
        ("smtp://mail.example", "", "c@d.example"),
        ("smtp://mail.example", "a@b.example", "c@d.example, "),
        ("smtp://mail.example", "a@b.example\r\nBcc: x@y.example", "c@d.example"),
    ],
)
def test_what_cannot_mail_is_refused_at_the_start(smtp: str, sender: str, to: str) -> None:
    with pytest.raises(ConfigError, match="FOOTFALL_SMTP"):
        load({"FOOTFALL_SMTP": smtp, "FOOTFALL_MAIL_FROM": sender, "FOOTFALL_DIGEST_TO": to})
