"""Everyday questions, and the entries that they are about."""
