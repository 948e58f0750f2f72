"""What the student learns from: sentences with their English, questions with their passages, entries."""
