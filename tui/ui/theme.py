"""Colours: a darkroom's safelight, by night and by day; and the terminal's own sixteen."""

from __future__ import annotations

from textual.theme import Theme

SAFELIGHT = Theme(
    name="safelight",
    primary="#d9743a",
    secondary="#8f7f6e",
    accent="#e8853f",
    foreground="#cfc6ba",
    background="#100e0c",
    surface="#15120f",
    panel="#1d1916",
    warning="#d9a441",
    error="#d4574c",
    success="#9aa86a",
    dark=True,
    variables={
        "border": "#e8853f",
        "border-blurred": "#3a322b",
        "foreground-muted": "#8a8074",
        "text-muted": "#8a8074",
        "block-cursor-background": "#5a3418",
        "block-cursor-foreground": "#fff3e4",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#2a231d",
        "block-cursor-blurred-foreground": "#cfc6ba",
        "input-cursor-background": "#e8853f",
        "input-selection-background": "#e8853f 30%",
        "footer-background": "#100e0c",
        "footer-key-foreground": "#e8853f",
        "footer-description-foreground": "#8a8074",
        "scrollbar": "#3a322b",
        "scrollbar-hover": "#52463b",
        "scrollbar-active": "#e8853f",
        "scrollbar-background": "#15120f",
        "scrollbar-background-hover": "#15120f",
        "scrollbar-background-active": "#15120f",
        "scrollbar-corner-color": "#15120f",
    },
)

DAYLIGHT = Theme(
    name="safelight-day",
    primary="#a84a12",
    secondary="#7a6a58",
    accent="#b4500f",
    foreground="#2b2621",
    background="#f4efe8",
    surface="#efe9e0",
    panel="#e5ddd1",
    warning="#8a6100",
    error="#a8281e",
    success="#56682a",
    dark=False,
    variables={
        "border": "#b4500f",
        "border-blurred": "#cfc4b5",
        "foreground-muted": "#75695c",
        "text-muted": "#75695c",
        "block-cursor-background": "#f0c9a4",
        "block-cursor-foreground": "#2b2621",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e0d6c8",
        "block-cursor-blurred-foreground": "#2b2621",
        "input-selection-background": "#b4500f 25%",
        "footer-background": "#f4efe8",
        "footer-key-foreground": "#b4500f",
        "footer-description-foreground": "#75695c",
        "scrollbar": "#cfc4b5",
        "scrollbar-hover": "#b8ab99",
        "scrollbar-active": "#b4500f",
        "scrollbar-background": "#efe9e0",
        "scrollbar-background-hover": "#efe9e0",
        "scrollbar-background-active": "#efe9e0",
        "scrollbar-corner-color": "#efe9e0",
    },
)

THEMES = (SAFELIGHT, DAYLIGHT)
SIXTEEN = "ansi-dark"


def choose(wanted: str, known: frozenset[str], color_system: str | None) -> str:
    """The theme to use: the wanted one if it is known, the terminal's own colours where it has only sixteen.

    Parameters
    ----------
    wanted
        The setting.
    known
        Names of the registered themes.
    color_system
        As Rich names it: ``standard`` has 16 colours, ``eight_bit`` 256, ``truecolor`` all; None has none.
    """
    if wanted == SAFELIGHT.name and color_system == "standard" and SIXTEEN in known:
        return SIXTEEN
    return wanted if wanted in known else SAFELIGHT.name
