"""Packs: all facts of all sessions as columns, for analyses. `Index.facts` opens them."""

from footfall.index.packs.choice import ALL, Choice
from footfall.index.packs.kinds import KINDS, POINTS, Form, Kind, names_of
from footfall.index.packs.read import Snapshot
from footfall.index.packs.rows import absolute

__all__ = ["ALL", "KINDS", "POINTS", "Choice", "Form", "Kind", "Snapshot", "absolute", "names_of"]
