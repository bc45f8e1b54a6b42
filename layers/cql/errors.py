"""Why a filter cannot be answered."""


class FilterError(ValueError):
    """What is wrong with a filter, in words for whoever wrote it."""
