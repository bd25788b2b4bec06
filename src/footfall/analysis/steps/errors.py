"""What is said of steps that make no sense."""

from footfall.errors import FootfallError


class StepError(FootfallError):
    """Steps that cannot be understood; the message says which, and what to write instead."""
