"""What a message names: places, fields, sums and dates, found in folded text and brought to canonical values."""
