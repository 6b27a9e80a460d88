"""Terminal graphics protocols, one drop-in file each, ending in its record ``GRAPHICS``."""
