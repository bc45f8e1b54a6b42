"""The record of who did what: written with the change, sealed, verified, and erased from."""
