"""The console: pages for the staff, drawn on the server, with one small script."""
