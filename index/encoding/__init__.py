"""Texts to vectors: encoders, batches of questions, vectors that are kept."""
