"""Quotas: what a project has uploaded is counted once, remembered, and bounded."""

from hashlib import sha256
from pathlib import Path

import pytest

from footfall.assets import Quotas, Vault
from footfall.errors import StorageError, WireError

PNG = b"\x89PNG\r\n\x1a\n"


def _png(number: int) -> tuple[str, bytes]:
    data = PNG + bytes([number]) * 92
    return sha256(data).hexdigest(), data


def test_assets_count_once_and_over_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        quotas = Quotas(tmp_path / "quota", 1_000)
        vault = Vault(tmp_path / "assets", quotas)
        for number in range(4):
            vault.put(*_png(number), "p")
            vault.put(*_png(number), "p")
        assert quotas.used("p") == 400
        assert quotas.used("q") == 0


def test_a_full_project_gets_no_more_and_others_do(tmp_path: Path) -> None:
    quotas = Quotas(tmp_path / "quota", 250)
    vault = Vault(tmp_path / "assets", quotas)
    for number in range(2):
        vault.put(*_png(number), "p")
    assert not vault.is_full("p")
    with pytest.raises(WireError) as caught:
        vault.put(*_png(2), "p")
    assert (caught.value.code, caught.value.status) == ("quota", 403)
    assert vault.is_full("p")
    assert not vault.has(_png(2)[0])
    vault.put(*_png(1), "p")  # what it has it may send again
    vault.put(*_png(2), "q")
    vault.put(*_png(3))  # of nobody: the demo's own
    assert (quotas.used("p"), quotas.used("q")) == (200, 100)


def test_what_is_refused_counts_for_nobody(tmp_path: Path) -> None:
    quotas = Quotas(tmp_path / "quota", 0)
    vault = Vault(tmp_path / "assets", quotas)
    for sha, data in (
        (_png(1)[0], _png(2)[1]),
        ("../x", PNG),
        (sha256(b"MZ\0").hexdigest(), b"MZ\0"),
    ):
        with pytest.raises(WireError):
            vault.put(sha, data, "p")
    assert quotas.used("p") == 0


def test_an_interrupted_count_loses_that_one(tmp_path: Path) -> None:
    quotas = Quotas(tmp_path, 0)
    for number in range(3):
        quotas.take("p", _png(number)[0], 100)
    file = tmp_path / "p"
    file.write_bytes(file.read_bytes()[:-7])
    again = Quotas(tmp_path, 0)
    assert again.used("p") == 200
    again.take("p", _png(2)[0], 100)
    assert Quotas(tmp_path, 0).used("p") == 300


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "quota").write_text("a file")
    with pytest.raises(StorageError, match="quota"):
        Quotas(tmp_path / "quota").used("p")
