"""Other programs: tokens by which they come in, webhooks by which they are called."""
