"""The asker's rights: to have a copy of their data, and to be forgotten."""
