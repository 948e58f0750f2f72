"""Words to intent and entities: the Rasa project, its client, and the offline twin."""
