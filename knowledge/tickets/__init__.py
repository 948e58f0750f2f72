"""Tickets: the verbs of staff and askers, routing, lists, and what follows from the clock."""
