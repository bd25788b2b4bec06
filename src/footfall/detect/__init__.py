"""Finding moments in what the index holds, and keeping them: index and analysis, put together."""

from footfall.detect.detector import Detector
from footfall.detect.find import Finder
from footfall.detect.own import OwnMoment, OwnMoments
from footfall.detect.recompute import Change, preview, recompute
from footfall.detect.verdicts import Verdict, Verdicts, known

__all__ = [
    "Change",
    "Detector",
    "Finder",
    "OwnMoment",
    "OwnMoments",
    "Verdict",
    "Verdicts",
    "known",
    "preview",
    "recompute",
]
