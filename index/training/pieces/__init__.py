"""The student's vocabulary, and what its pieces mean in English."""
