"""What touches disk, network or terminal protocol: one file per implementation of a port."""
