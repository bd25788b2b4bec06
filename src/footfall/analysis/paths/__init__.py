"""Paths: what people see one after the other (TERMS.md, Paths)."""

from footfall.analysis.paths.propose import Limits, Proposal, propose
from footfall.analysis.paths.sankey import DROP_OFF, OTHER, Edge, Node, Sankey, behind, sankey
from footfall.analysis.paths.walk import GAP_MS, Moves, Question, Seen, walk

__all__ = [
    "DROP_OFF",
    "GAP_MS",
    "OTHER",
    "Edge",
    "Limits",
    "Moves",
    "Node",
    "Proposal",
    "Question",
    "Sankey",
    "Seen",
    "behind",
    "propose",
    "sankey",
    "walk",
]
