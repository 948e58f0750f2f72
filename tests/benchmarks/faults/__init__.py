"""The desk under faults: killed, refused, cut off and left without its database, and what became of every answer."""
