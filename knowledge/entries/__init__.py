"""Entries: their shape, their passages, the status of a call, and the verbs that save and find them."""
