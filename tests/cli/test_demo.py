"""The demo: pydicom's own files, a copy, gone afterwards."""

from pathlib import Path

import pydicom

from tui.cli import browse, demo


def test_the_samples_are_those_that_pydicom_installed():
    folder = demo.samples()
    assert folder.is_relative_to(Path(pydicom.__file__).parent)
    assert (folder / "CT_small.dcm").is_file()
    assert (folder / "dicomdirtests" / "DICOMDIR").is_file()


def test_the_browser_sees_a_copy_that_is_removed_at_the_end(safelight, monkeypatch):
    seen = []

    def opened(paths, settings):
        (folder,) = (Path(path) for path in paths)
        original = demo.samples()
        files = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        assert files == {
            p.relative_to(original): p.read_bytes()
            for p in original.rglob("*")
            if p.is_file() and p.suffix not in (".py", ".pyc")
        }
        (folder / "CT_small.dcm").unlink()  # a user may do what he likes
        seen.append((folder, settings))
        return 5

    monkeypatch.setattr(browse, "browse", opened)
    assert safelight("demo", "--no-mouse", "--graphics", "half").code == 5
    folder, settings = seen[0]
    assert not folder.exists() and not folder.parent.exists()
    assert (settings.mouse, settings.graphics) == (False, "half")
    assert (demo.samples() / "CT_small.dcm").is_file()


def test_without_a_terminal_it_reports_on_the_samples(safelight):
    ended = safelight("demo")
    assert ended.code == 0
    assert "CompressedSamples^CT1" in ended.out
    assert "skipped" in ended.out
