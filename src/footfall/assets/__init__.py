"""The asset vault: files by their SHA-256, of types that cannot act."""

from footfall.assets.quota import Quotas
from footfall.assets.sniff import sniff
from footfall.assets.vault import Vault, check_hash

__all__ = ["Quotas", "Vault", "check_hash", "sniff"]
