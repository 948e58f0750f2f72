"""The Rasa project, its training in an environment of its own, its server and the client that asks it."""
