"""What the desk owes and does by itself: sending, telling, reminding, calling programs."""
