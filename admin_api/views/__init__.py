"""What the staff read, for the API and the console alike."""
