"""Fits the weights and the beliefs that an encoder is shipped with."""
