"""Writes ``tui/core/iods.json`` anew: ``python -m tests.iods``. Needs highdicom, whose tables of PS3.3 it condenses.

Kept are facts alone: which modules an IOD has, and the Type of each module's attributes where it is 1, 1C, 2 or 2C.
What is inside sequences is condensed to pairs of a sequence and an attribute; a pair has the weakest Type that it has
anywhere, and none where a module has the sequence without the attribute, so that nothing is demanded that some module
does not demand. Functional groups and content items are left out: theirs depend on what the group or item is.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import highdicom

OUT = Path(__file__).resolve().parents[1] / "tui" / "core" / "iods.json"
MACROS = re.compile("FunctionalGroups|Content(Item)?Sequence|ContextSequence$|ModifierSequence$")
CONTENT = "sr-document-content"  # one table for every kind of content item
TYPES = ("1", "1C", "2", "2C")  # from strong to weak; 3 is weaker still


def condensed() -> dict[str, object]:
    """Classes, modules and nested attributes, by the keywords of PS3.6."""
    folder = Path(highdicom.__file__).parent / "_standard"
    classes, iods, modules = (
        json.loads((folder / f"{name}.json").read_text())
        for name in ("sop_class_iod_map", "iod_module_map", "module_attribute_map")
    )
    used = sorted({module["key"] for iod in classes.values() for module in iods[iod]} & set(modules))
    flat = {
        name: {a["keyword"]: a["type"] for a in modules[name] if not a["path"] and a["type"] in TYPES} for name in used
    }
    weakest: dict[tuple[str, str], str] = {}
    held: dict[tuple[str, str], int] = defaultdict(int)
    places: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for name in used:
        for attribute in modules[name]:
            if not attribute["path"]:
                continue
            pair, kinds = (attribute["path"][-1], attribute["keyword"]), [*TYPES, "3"]
            places[pair[0]].add((name, *attribute["path"]))
            held[pair] += 1
            weakest[pair] = max(weakest.get(pair, "1"), attribute["type"] or "3", key=kinds.index)
    nested: dict[str, dict[str, str]] = defaultdict(dict)
    for (sequence, keyword), kind in sorted(weakest.items()):
        everywhere = held[sequence, keyword] >= len(places[sequence])
        if kind in ("1", "2") and everywhere and not MACROS.search(sequence):
            nested[sequence][keyword] = kind
    return {
        "source": f"highdicom {highdicom.__version__} (MIT, MGH Computational Pathology), tables of DICOM PS3.3",
        "classes": dict(sorted(classes.items())),
        "iods": {
            iod: {
                usage: [
                    m["key"] for m in iods[iod] if m["usage"] == usage and flat.get(m["key"]) and m["key"] != CONTENT
                ]
                for usage in "MCU"
            }
            for iod in sorted(set(classes.values()))
        },
        "modules": {name: attributes for name, attributes in flat.items() if attributes},
        "nested": nested,
    }


if __name__ == "__main__":
    OUT.write_text(json.dumps(condensed(), separators=(",", ":"), sort_keys=False) + "\n")
