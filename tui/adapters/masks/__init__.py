"""Formats for masks, one drop-in file each, ending in its record ``MASK_FORMAT``."""
