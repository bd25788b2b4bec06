"""The vault: what is kept is what its name says, of a type that cannot act, whole or not at all."""

import os
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.assets import Vault, sniff
from footfall.errors import NotFoundError, StorageError, WireError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)


def _sha(data: bytes) -> str:
    return sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        (b"GIF89a" + bytes(20), "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x1cftypavif" + bytes(20), "image/avif"),
        (b"\0\0\0\x1cftypisom" + bytes(20), "video/mp4"),
        (b"\0\0\0\x1cftypM4A " + bytes(20), "video/mp4"),
        (b"\x1a\x45\xdf\xa3" + bytes(20), "video/webm"),
        (b"OggS" + bytes(20), "audio/ogg"),
        (b"ID3\x04" + bytes(20), "audio/mpeg"),
        (b"\xff\xfb\x90" + bytes(20), "audio/mpeg"),
        (b"\0\0\x01\0\x01\0" + bytes(20), "image/x-icon"),
        (b"wOFF" + bytes(20), "font/woff"),
        (b"wOF2" + bytes(20), "font/woff2"),
        (b"\0\x01\0\0" + bytes(20), "font/ttf"),
        (b"OTTO" + bytes(20), "font/otf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?>\n<!-- drawn --><svg width='1'/>", "image/svg+xml"),
        (b"body { color: red }", "text/css"),
        ("a::before { content: 'é – ✓' }".encode() * 200, "text/css"),
        (b"\xef\xbb\xbf@charset 'utf-8';", "text/css"),
        (b"<!doctype html><script>alert(1)</script>", "text/css"),
        (b"WEBVTT\n\n00:00", "text/vtt"),
        (b"", None),
        (b"\x7fELF" + bytes(20), None),
        (b"MZ\x90\0" + bytes(20), None),
        (b"%PDF-1.7\n\0", None),
        (b"PK\x03\x04", None),
        (b"\0\0\0\x1cftypheic" + bytes(20), None),
        (b"caf\xe9 { }", None),
        (b"RIFF\x10\0\0\0AVI LIST", None),
    ],
)
def test_types_are_told_from_content(data: bytes, kind: str | None) -> None:
    assert sniff(data[:1024]) == kind


@given(st.binary(max_size=1100))
def test_any_bytes_have_a_type_or_none(data: bytes) -> None:
    kind = sniff(data[:1024])
    assert kind is None or "/" in kind


def test_an_asset_is_kept_once_and_found_again(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "assets")
    assert not vault.has(_sha(PNG))
    assert vault.put(_sha(PNG), PNG) == "image/png"
    path, kind = vault.open(_sha(PNG))
    assert (path.read_bytes(), kind) == (PNG, "image/png")
    written = path.stat().st_ino
    vault.put(_sha(PNG), PNG)
    assert path.stat().st_ino == written
    assert Vault(tmp_path / "assets").has(_sha(PNG))
    assert list((tmp_path / "assets" / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("sha", "data", "code"),
    [
        (_sha(b"other"), PNG, "hash"),
        ("../../etc/passwd", PNG, "bad_hash"),
        (_sha(PNG).upper(), PNG, "bad_hash"),
        (_sha(PNG) + "\n", PNG, "bad_hash"),
        (_sha(b"\x7fELF"), b"\x7fELF", "type"),
        (_sha(b"a{}" * 600 + b"\xff"), b"a{}" * 600 + b"\xff", "type"),
        (_sha(b"x"), b"x" * (5 * 1024 * 1024 + 1), "too_large"),
    ],
)
def test_what_is_not_right_is_refused(tmp_path: Path, sha: str, data: bytes, code: str) -> None:
    vault = Vault(tmp_path / "assets")
    with pytest.raises(WireError) as caught:
        vault.put(sha, data)
    assert caught.value.code == code
    assert not vault.has(sha)


@pytest.mark.parametrize("sha", ["0" * 64, "../../../../etc/passwd", ""])
def test_what_is_not_there_is_not_found(tmp_path: Path, sha: str) -> None:
    with pytest.raises(NotFoundError):
        Vault(tmp_path / "assets").open(sha)


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(tmp_path / "assets")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(StorageError):
            vault.put(_sha(PNG), PNG)
    assert not vault.has(_sha(PNG))
    assert list((tmp_path / "assets" / "incoming").iterdir()) == []
    vault.put(_sha(PNG), PNG)
    assert vault.has(_sha(PNG))


def test_what_an_interrupted_write_left_is_removed(tmp_path: Path) -> None:
    Vault(tmp_path)
    (tmp_path / "incoming" / "left").write_bytes(b"half")
    Vault(tmp_path)
    assert list((tmp_path / "incoming").iterdir()) == []
