"""Paths: what people see one after the other (TERMS.md, Paths)."""

from footfall.analysis.paths.sankey import DROP_OFF, OTHER, Edge, Node, Sankey, behind, sankey
from footfall.analysis.paths.walk import GAP_MS, Moves, Question, Seen, walk

__all__ = [
    "DROP_OFF",
    "GAP_MS",
    "OTHER",
    "Edge",
    "Moves",
    "Node",
    "Question",
    "Sankey",
    "Seen",
    "behind",
    "sankey",
    "walk",
]
