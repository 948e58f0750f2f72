"""The conversation, its policy, its channels, the settings and the command line."""
