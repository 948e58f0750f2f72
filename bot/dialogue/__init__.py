"""What the desk says next, decided from plain values: no clock, no database, no network."""
