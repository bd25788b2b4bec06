"""What the doctor finds, each fault made by hand."""

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from footfall import cli
from footfall.index.doctor import Finding, examine, is_sound
from footfall.wire.schema import Asset
from tests.index.stage import Stage
from tests.wire.chunks import chunk, click, ident, page_view

CONTENT = b"body { color: red }"


@pytest.fixture
def sound(stage: Stage) -> Stage:
    sha = sha256(CONTENT)
    asset = Asset(1, "r", sha.digest(), "text/css", len(CONTENT))
    for number in range(5):
        stage.add(
            chunk(
                [page_view(), asset, click(9)],
                session=ident(f"session-{number % 2}"),
                sequence=number,
            )
        )
    stage.indexer.compact()
    stage.add(chunk([click(3)], session=ident("session-0"), sequence=9))
    file = stage.folder / "assets" / sha.hexdigest()[:2] / sha.hexdigest()
    file.parent.mkdir(parents=True)
    file.write_bytes(CONTENT)
    return stage


def faults(stage: Stage) -> list[Finding]:
    return [one for one in examine(stage.folder, lambda _: None) if one.is_fault]


def told(stage: Stage) -> str:
    return "\n".join(one.text for one in examine(stage.folder, lambda _: None))


def do(stage: Stage, sql: str) -> None:
    connection = sqlite3.connect(stage.folder / "index.db", isolation_level=None)
    connection.execute(sql)
    connection.close()


def test_nothing_is_wrong(sound: Stage) -> None:
    assert faults(sound) == []
    assert "The log has 6 records in 1 segments." in told(sound)
    assert "The index has 6 chunks." in told(sound)
    assert "The vault has 1 assets." in told(sound)


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("DELETE FROM chunks WHERE sequence = 3", "1 chunks of the log are not in the index: session session-1"),
        ("UPDATE chunks SET offset = offset + 1 WHERE sequence = 3", "1 chunks of the index are not in the log"),
        ("UPDATE sessions SET chunks = 9 WHERE session LIKE 'session-1%'", "1 sessions do not count"),
        ("DELETE FROM sessions WHERE session LIKE 'session-1%'", "1 sessions do not count"),
        ("UPDATE sessions SET session = 'session-000000000' WHERE session LIKE 'session-1%'", "1 sessions have no"),
        ("UPDATE sessions SET number = 77 WHERE session LIKE 'session-1%'", "facts of sessions that the index"),
        ("UPDATE packs SET directory = x'80' WHERE kind = 2", "1 packs of facts are damaged"),
        ("UPDATE packs SET data = x'00' WHERE kind = 2", "1 packs of facts are damaged"),
        ("UPDATE cursor SET offset = 99999", "which this log does not have"),
        ("PRAGMA user_version = 77", "The index is of version 77"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_index(sound: Stage, sql: str, text: str) -> None:
    do(sound, sql)
    found = faults(sound)
    assert any(text in one.text for one in found), found
    assert {one.remedy for one in found} == {"footfall reindex"}


def test_no_index_and_a_broken_one(sound: Stage) -> None:
    sound.indexer.stop()
    sound.index.close()
    path = sound.folder / "index.db"
    whole = path.read_bytes()
    path.write_bytes(b"x" * 10_000)
    assert "cannot be read" in faults(sound)[0].text
    path.unlink()
    assert faults(sound)[0].text == "There is no index yet."
    path.write_bytes(whole)


def test_a_chunk_stored_twice_and_one_that_cannot_be_read_are_no_faults(sound: Stage) -> None:
    twice = chunk([page_view(), click(9)], session=ident("session-1"), sequence=1)
    sound.add(twice, b"junk")
    assert faults(sound) == []
    assert "1 records cannot be decoded" in told(sound)


def test_what_is_not_indexed_yet_is_no_fault(sound: Stage) -> None:
    place = sound.log.end
    sound.add(chunk([click(1)], sequence=50))
    do(sound, f"UPDATE cursor SET offset = {place.offset}")
    do(sound, "DELETE FROM chunks WHERE sequence = 50")
    do(sound, "DELETE FROM fresh WHERE sequence = 50")
    do(sound, "DELETE FROM sessions WHERE session LIKE 'session-a%'")
    assert faults(sound) == []
    assert "1 records are not indexed yet" in told(sound)


def test_damage_of_the_log(sound: Stage) -> None:
    path = next((sound.folder / "log").glob("*.seg"))
    raw = bytearray(path.read_bytes())
    raw[200] ^= 1
    path.write_bytes(raw)
    texts = [one.text for one in faults(sound)]
    assert "is damaged" in texts[0]
    assert "what stood there is lost" in texts[0]
    assert "1 chunks of the index are not in the log" in texts[1]


def test_assets(sound: Stage) -> None:
    file = next((sound.folder / "assets").glob("*/*"))
    file.write_bytes(b"other")
    found = faults(sound)
    assert len(found) == 1
    assert "does not hold what its name says" in found[0].text
    assert found[0].remedy.startswith(f"rm {file}")
    file.unlink()
    assert faults(sound) == []
    assert "1 assets that recordings use are not in the vault" in told(sound)
    stray = sha256(b"stray").hexdigest()
    file.with_name(stray).write_bytes(b"stray")
    (sound.folder / "assets" / stray[:2]).mkdir(exist_ok=True)
    file.with_name(stray).rename(sound.folder / "assets" / stray[:2] / stray)
    assert "1 assets of the vault are used by no recording" in told(sound)


def test_the_command(
    sound: Stage,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cli, "_HAND_OVER_S", 0)
    assert cli.main(["doctor", "--storage", str(sound.folder)]) == 0
    assert capsys.readouterr().out.endswith("Nothing is wrong.\n")
    do(sound, "DELETE FROM chunks WHERE sequence = 3")
    assert cli.main(["doctor", "--storage", str(sound.folder)]) == 1
    assert "Repair: footfall reindex" in capsys.readouterr().out
    assert cli.main(["reindex", "--storage", str(sound.folder)]) == 0
    assert "has not taken it yet" in capsys.readouterr().out
    sound.indexer.catch_up()
    assert is_sound(examine(sound.folder, lambda _: None))
    assert cli.main(["doctor", "--storage", str(tmp_path / "none")]) == 1
