"""The asset vault: files by their SHA-256, of types that cannot act."""

from footfall.assets.sniff import sniff
from footfall.assets.vault import Vault

__all__ = ["Vault", "sniff"]
