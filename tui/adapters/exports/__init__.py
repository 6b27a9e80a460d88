"""Export formats, one drop-in file each, ending in its record ``EXPORTER``."""
