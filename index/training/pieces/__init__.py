"""The model that training begins with, as files hold it: its weights, and its pieces, of which few are kept."""
