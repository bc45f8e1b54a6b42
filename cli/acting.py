"""Who the command line acts for, in the audit."""

from access.audit import Writer
from geo.noted import whoever


def operator() -> Writer:
    """The account of the machine that runs the command."""
    return Writer(f"{whoever()} (atlas)")
