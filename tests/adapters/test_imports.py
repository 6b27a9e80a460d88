import subprocess
import sys

RACE = """
import sys, threading
from tui.adapters import imports
failed = []
def enter():
    try:
        imports.load()
        import pydicom.dataset, pydicom.pixels
    except ImportError as error:
        failed.append(error)
threads = [threading.Thread(target=enter) for _ in range(4)] + [threading.Thread(target=imports.for_pictures)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not failed, failed
assert {"numpy", "pydicom", "PIL.Image"} <= set(sys.modules)
"""


def test_many_threads_may_come_at_once() -> None:
    subprocess.run([sys.executable, "-c", RACE], check=True)


def test_pydicom_keeps_quiet() -> None:
    code = """
from tui.adapters import imports
imports.load()
import io
from pydicom import Dataset
ds = Dataset()
ds.add_new(0x00080060, "CS", "lower case \\x1b]0;x\\x07")
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert done.stderr == b""


def test_what_pydicom_does_not_need_is_as_it_was_afterwards() -> None:
    code = """
import gc, sys
from tui.adapters import imports
imports.load()
assert gc.isenabled()
assert not {"urllib.request", "PIL", "openjpeg"} & set(sys.modules)
import urllib.request
assert urllib.request.urlopen
from PIL import Image, ImageCms
assert ImageCms.createProfile("sRGB")
gc.disable()
imports.load()
assert not gc.isenabled()
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_module_is_away_for_a_while_unless_it_was_there() -> None:
    code = """
import sys, json
from tui.adapters import imports
with imports.without("json", "sqlite3"):
    import json
    try:
        import sqlite3
    except ImportError:
        pass
    else:
        raise AssertionError
import sqlite3
assert sqlite3.connect and json.loads
"""
    subprocess.run([sys.executable, "-c", code], check=True)
