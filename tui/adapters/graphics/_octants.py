"""Block elements by their pattern: quadrants of 2 x 2, octants of 2 x 4 (Unicode 16)."""

from __future__ import annotations

HALVES = " ▀▄█"  # bit 0 is above
QUADRANTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"  # bits 0 to 3: above left, above right, below left, below right


def _octants() -> str:
    """One character for each of 256 patterns: bit 0 is the left and bit 1 the right of the first row, and so on.

    U+1CD00 and up hold, in order of their pattern, the 230 octants that Unicode did not have before.
    """
    quarters = {0b00000011: "\U0001fb82", 0b00111111: "\U0001fb85", 0b11000000: "▂", 0b11111100: "▆"}
    lone = {0b00000001: "\U0001cea8", 0b00000010: "\U0001ceab", 0b01000000: "\U0001cea3", 0b10000000: "\U0001cea0"}
    middle = {0b00010100: "\U0001fbe6", 0b00101000: "\U0001fbe7"}
    known = quarters | lone | middle
    for pattern, sign in enumerate(QUADRANTS):
        above = (pattern & 3) * 0b0101
        below = (pattern >> 2) * 0b0101
        known[above | below << 4] = sign
    out = []
    code = 0x1CD00
    for pattern in range(256):
        if pattern in known:
            out.append(known[pattern])
        else:
            out.append(chr(code))
            code += 1
    return "".join(out)


OCTANTS = _octants()
SIGNS = {"quadrant": QUADRANTS, "half": HALVES, "octant": OCTANTS}
