"""Notices: whom to tell of what happened on a ticket, and what of that is shown anew."""
