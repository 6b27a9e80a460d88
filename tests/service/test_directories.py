"""When a DICOMDIR is rebuilt."""

from tui.service.directories import had_one


def test_what_is_a_dicomdir() -> None:
    assert had_one(("/data/ct", "/media/cdrom/DICOMDIR")) and had_one(("dicomdir",))
    assert not had_one(()) and not had_one(("/data/DICOMDIR.txt",))
