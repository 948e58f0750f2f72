"""Conversations: messages, files, what is owed to people, and what they asked to be told of."""
