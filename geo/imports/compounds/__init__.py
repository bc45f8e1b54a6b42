"""Staged compounds become recorded ones: known again or new, placed, and written, all set-based."""

from geo.imports.compounds.recording import write

__all__ = ["write"]
