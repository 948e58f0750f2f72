"""Several processes on one database: who lives, who holds what, and who is told that something was written."""
