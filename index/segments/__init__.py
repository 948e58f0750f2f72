"""Segments: some entries with everything that finding them needs, built from SQL, packed, and kept in files."""
