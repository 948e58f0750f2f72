"""The shapes in which the staff's door takes and gives, a file a theme."""
