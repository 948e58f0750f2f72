"""Trains the desk's encoder: six layers learn to land, in the region's languages, where a teacher of twelve lands."""
