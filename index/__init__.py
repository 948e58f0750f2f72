"""Meaning and words to passages: encoder, vectors, lexical search, fusion, evaluation."""
