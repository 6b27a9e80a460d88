"""Overlay kinds, one drop-in file each, ending in its record ``OVERLAY``."""
