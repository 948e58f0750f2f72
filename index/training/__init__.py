"""Trains the desk's encoder: a student that lands where the English teacher lands, in the region's languages."""
