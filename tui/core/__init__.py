"""Arithmetic on pixels, tags and geometry: values in, values out. No file, clock, thread or screen."""
