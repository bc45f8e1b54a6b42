"""Whole copies of an installation, and the way back from them."""
