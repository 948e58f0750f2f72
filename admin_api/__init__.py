"""The staff's door: REST and console pages."""
