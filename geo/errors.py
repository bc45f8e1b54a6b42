"""The error every part raises when the person at the keyboard can put it right."""


class AtlasError(Exception):
    """One sentence that names the thing, its value and the way out.

    The command line prints it and leaves with code 1; the API turns it into a problem document.
    """


class RefusedError(AtlasError):
    """What was asked for is not, or no longer, for whoever asked to have done."""
