"""Runs in the environment of the peers: de-identifies the files of a folder with one of them, and says what it cost.

``python deid_peers.py PEER SOURCE OUT`` prints a JSON object: CPU seconds net, files written, files failed.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path


def _dicognito() -> Callable[[Path, Path], None]:
    import pydicom
    from dicognito.anonymizer import Anonymizer

    anonymizer = Anonymizer(seed="one seed for all files")

    def one(source: Path, out: Path) -> None:
        with pydicom.dcmread(source) as dataset:
            anonymizer.anonymize(dataset)
            dataset.save_as(out)

    return one


def _dicom_anonymizer() -> Callable[[Path, Path], None]:
    from dicomanonymizer import anonymize_dicom_file

    return lambda source, out: anonymize_dicom_file(str(source), str(out))


def _deid() -> Callable[[Path, Path], None]:
    import os

    os.environ["MESSAGELEVEL"] = "QUIET"
    from deid.config import DeidRecipe
    from deid.dicom import replace_identifiers

    recipe = DeidRecipe(base=True, default_base="dicom")

    def one(source: Path, out: Path) -> None:
        (done,) = replace_identifiers([str(source)], deid=recipe, strip_sequences=False, remove_private=True)
        done.save_as(out)

    return one


def _read_and_save() -> Callable[[Path, Path], None]:
    import pydicom

    return lambda source, out: pydicom.dcmread(source).save_as(out)


PEERS = {"dicognito": _dicognito, "dicom-anonymizer": _dicom_anonymizer, "deid": _deid, "pydicom": _read_and_save}


def main() -> None:
    """Do what the words say."""
    peer, source, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    warnings.simplefilter("ignore")
    files = sorted(path for path in source.rglob("*") if path.is_file())
    one = PEERS[peer]()
    out.mkdir(parents=True, exist_ok=True)
    written = failed = 0
    started = time.process_time()
    for number, path in enumerate(files):
        try:
            one(path, out / f"{number:05d}.dcm")
            written += 1
        except Exception:  # noqa: BLE001  a peer that fails on a file leaves it out, whatever it raises
            failed += 1
    print(json.dumps({"cpu": time.process_time() - started, "written": written, "failed": failed}))


if __name__ == "__main__":
    main()
