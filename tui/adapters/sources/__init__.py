"""Where files come from, one drop-in file each, ending in its record ``SOURCE``."""
