"""From tickets to knowledge: a draft entry without personal data, and its review."""
