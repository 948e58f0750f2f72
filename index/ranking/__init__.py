"""From candidates to hits: the search, its two halves fused, how likely the first is right, and what to quote."""
