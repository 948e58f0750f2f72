"""What the desk knows and remembers; imports nothing of ours."""
