"""The ``atlas`` command."""
