"""All scenes: importing the modules that hold them notes them."""

from benchmarks.moments import angry, calm, filling, going, pointing
from benchmarks.moments.scenes import SCENES, Scene

MODULES = (angry, calm, pointing, filling, going)

__all__ = ["MODULES", "SCENES", "Scene"]
