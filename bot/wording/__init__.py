"""What the desk says, in the asker's language."""
