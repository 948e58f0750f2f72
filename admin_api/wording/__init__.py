"""The words for staff: in which language, names of codes, and sentences."""
