"""What is erased is nowhere on the disk, whatever interrupts it; what others use stays."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from footfall.annotations import Annotations, Shares
from footfall.assets import Quotas, Vault
from footfall.erasure import Eraser, Journal, Store, before, of_user, of_visitor
from footfall.errors import StorageError
from footfall.index import Index, Indexer
from footfall.index.beside import alone, rebuild
from footfall.log import Log, Reader, Record
from footfall.projects import Projects
from footfall.wire import codec, schema
from footfall.wire.facts import Event, Identify
from footfall.wire.schema import Asset, Click, Fact, PageView
from tests.wire.chunks import T0, chunk, click, ident, page_view

CSS = {name: f"/* {name} */ body {{ margin: 0 }}".encode() for name in ("own", "shared", "other")}
SHA = {name: sha256(data).hexdigest() for name, data in CSS.items()}
DAY = 86_400_000


class House:
    """A data folder that this process owns, without a server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.projects = Projects(folder / "settings.db")
        self.journal = Journal(folder / "settings.db")
        self.log = Log(folder / "log", segment_bytes=8_000)
        self.index = Index(folder / "index.db")
        self.indexer = Indexer(self.log, self.index)
        self.quotas = Quotas(folder / "quota")
        self.vault = Vault(folder / "assets", self.quotas)
        store = Store(self.log, self.index, self.indexer, self.vault, self.quotas)
        self.eraser = Eraser(store, self.journal)

    def add(
        self,
        session: str,
        *words: str,
        sequence: int = 0,
        project: str = "shop",
        received_at: int = T0,
        user: str = "",
        **changes: object,
    ) -> None:
        """Store a chunk of a session whose words stand in every part, and its assets."""
        word = " ".join(words)
        facts: list[Fact] = [
            page_view(title=f"title {word}", url=f"https://x/{word}"),
            click(text=f"click {word}"),
            Event(5, f"event {word}", '{"a":1}'),
            *(Asset(1, "r", bytes.fromhex(SHA[n]), "text/css", 9) for n in _assets(session)),
            *([Identify(2, user, "{}")] if user else []),
        ]
        changes = {"visitor": ident(f"visitor-{session}"), **changes}
        body = chunk(
            session=ident(session), sequence=sequence, frames=f"frames {word}".encode(),
            facts=codec.encode_facts(facts), facts_encoding=schema.PLAIN, **changes,
        )  # fmt: skip
        self.log.append_and_wait(Record(project, received_at, "Chrome", body, ident(session)))
        self.indexer.catch_up()
        for name in _assets(session):
            self.vault.put(SHA[name], CSS[name], project)

    def erase(self, *sessions: str) -> None:
        self.journal.begin("shop", "session", [ident(one) for one in sessions])
        while self.eraser.run_next():
            pass

    def sessions(self) -> list[str]:
        return sorted(row.session.rstrip("-") for row in self.index.sessions("shop"))

    def close(self) -> None:
        self.journal.close()
        self.indexer.stop()
        self.index.close()
        self.log.close()


def _assets(session: str) -> tuple[str, ...]:
    return ("own", "shared") if session.startswith("gone") else ("shared", "other")


def files_with(folder: Path, word: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and word in path.read_bytes()]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


def fill(house: House) -> None:
    for sequence in range(40):
        house.add("gone-1", "wombat", "ocelot", sequence=sequence)
        house.add("stays-1", "badger", sequence=sequence)
        if sequence == 20:
            house.indexer.compact()


def test_nothing_is_left_to_find(house: House) -> None:
    fill(house)
    book, shares = Annotations(house.journal.path), Shares(house.journal.path)
    book.add_note("shop", ident("gone-1"), 1, "a wombat again")
    book.set_labels("shop", ident("gone-1"), ["wombat"])
    book.star("shop", ident("gone-1"), starred=True)
    book.star("shop", ident("stays-1"), starred=True)
    shares.create("shop", ident("gone-1"), 3)
    assert files_with(house.folder, b"wombat")
    with house.index.facts("shop") as shot:
        assert len(shot.read(Click, ["text"])["text"]) == 80
        assert len(shot.read(PageView, ["url"])["url"]) == 80
    assert len(house.index.kept) > 0
    house.erase("gone-1")
    for word in (b"wombat", b"ocelot", ident("gone-1").encode()):
        assert files_with(house.folder, word) == []
    assert len(house.index.kept) == 0
    assert files_with(house.folder, b"badger")
    assert house.sessions() == ["stays-1"]
    assert book.starred("shop") == {ident("stays-1")}
    assert len(list(house.log.scan())) == 40
    assert not house.vault.has(SHA["own"])
    assert house.vault.has(SHA["shared"])
    assert house.vault.has(SHA["other"])
    assert house.quotas.used("shop") == len(CSS["shared"]) + len(CSS["other"])
    assert Quotas(house.folder / "quota").used("shop") == house.quotas.used("shop")
    assert not house.index.has_asset("shop", SHA["own"])
    assert house.journal.is_erased("shop", ident("gone-1"))
    assert not house.journal.is_erased("shop", ident("stays-1"))


def test_a_new_index_brings_nothing_back(house: House) -> None:
    fill(house)
    house.erase("gone-1")
    rebuild(Reader.of_folder(house.folder / "log"), house.index.path, lambda _: None)
    house.indexer.catch_up()
    assert house.sessions() == ["stays-1"]
    assert files_with(house.folder, b"wombat") == []


def test_a_reindex_at_work_keeps_it_waiting(house: House) -> None:
    fill(house)
    with alone(house.index.path), pytest.raises(StorageError, match="at work"):
        house.erase("gone-1")
    assert house.eraser.run_next()
    assert house.sessions() == ["stays-1"]


def test_assets_of_other_projects_stay(house: House) -> None:
    house.add("gone-1", "a")
    house.add("gone-2", "b", project="blog")
    house.erase("gone-1")
    assert house.vault.has(SHA["own"])
    assert house.quotas.used("shop") == 0
    assert not house.index.has_asset("shop", SHA["own"])
    assert house.index.has_asset("blog", SHA["own"])


def test_a_project_can_become_empty(house: House) -> None:
    house.add("gone-1", "a")
    house.erase("gone-1")
    assert house.index.summary("shop").chunks == 0
    assert house.sessions() == []
    house.add("stays-1", "b")
    assert house.index.summary("shop").sessions == 1


@pytest.mark.parametrize("step", ["catch_up", "change", "rewrite", "release", "remove", "finish"])
def test_it_is_finished_after_any_failure(
    house: House, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(house)
    owner = {
        "catch_up": Indexer, "change": Indexer, "rewrite": Log, "release": Quotas, "remove": Vault, "finish": Journal,
    }[step]  # fmt: skip
    with monkeypatch.context() as broken:

        def fail(*_values: object, **_named: object) -> None:
            raise StorageError("no")

        broken.setattr(owner, step, fail)
        with pytest.raises(StorageError):
            house.erase("gone-1")
    again = Eraser(
        Store(house.log, house.index, house.indexer, house.vault, house.quotas), house.journal
    )
    assert again.run_next()
    assert not again.run_next()
    assert files_with(house.folder, b"wombat") == []
    assert house.sessions() == ["stays-1"]
    assert not house.vault.has(SHA["own"])
    assert house.quotas.used("shop") == len(CSS["shared"]) + len(CSS["other"])


def test_an_asset_that_is_put_meanwhile_is_spared(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.put(SHA["own"], CSS["own"])
    vault.put(SHA["other"], CSS["other"])
    vault.condemn([SHA["own"], SHA["other"]])
    assert not vault.has(SHA["own"])
    vault.put(SHA["own"], CSS["own"])
    vault.remove([SHA["own"], SHA["other"]])
    assert vault.has(SHA["own"])
    assert not vault.has(SHA["other"])


def test_choices(house: House) -> None:
    one, two = ident("visitor-one"), ident("visitor-two")
    house.add("s1", "x", visitor=one, received_at=T0)
    house.add("s2", "x", visitor=one, user="anna", received_at=T0 + DAY)
    house.add("s3", "x", visitor=one, user="bert", received_at=T0 + 2 * DAY)
    house.add("s4", "x", visitor=two, user="anna", received_at=T0 + 3 * DAY)
    house.add("s5", "x", visitor=ident("visitor-three"), user="bert", received_at=T0 + 4 * DAY)

    def plain(found: list[str]) -> list[str]:
        return sorted(session.rstrip("-") for session in found)

    for packed in (False, True):
        if packed:
            house.indexer.compact()
        assert plain(of_visitor(house.index, "shop", one)) == ["s1", "s2", "s3"]
        assert plain(of_user(house.index, "shop", "anna")) == ["s1", "s2", "s4"]
        assert of_user(house.index, "shop", "carl") == []
        assert plain(before(house.index, "shop", T0 + 2 * DAY)) == ["s1", "s2"]
    house.add("s1", "x", visitor=one, received_at=T0 + 5 * DAY, sequence=1)
    assert plain(before(house.index, "shop", T0 + 2 * DAY)) == ["s2"]
