"""The routes of the staff's door, a file a theme."""
