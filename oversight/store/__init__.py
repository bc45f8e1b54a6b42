"""Reads facts from the database and writes what follows from them."""
