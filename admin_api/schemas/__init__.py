"""The shapes in which the admin API takes and gives, a file a theme."""
