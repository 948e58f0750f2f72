"""Measures the encoder, the search and the quotes on samples of public forms; only figures are kept, no texts."""
