"""Finding picture files and telling them apart."""

import pytest

from tests import phantoms
from tui.adapters.pictures import FilePictures, kind_of
from tui.errors import UnreadableError
from tui.service.settings import Limits


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff\xe0", "jpeg"), (b"%PDF-1.4", "pdf"),
     (b"RIFF\0\0\0\0WEBPVP8 ", "image"), (b"RIFF\0\0\0\0WAVE", ""),
     (b"\0\0\0\x18ftypmp42", "video"), (b"\x93NUMPY", "npy"),
     (b"GIF89a", "image"), (b"", ""), (b"text", ""), (phantoms.data(phantoms.report())[:1024], "dicom")],
)  # fmt: skip
def test_kinds_by_their_first_bytes(head, kind):
    assert kind_of(head) == kind


def test_folders_with_what_lies_in_them(tmp_path):
    (tmp_path / "in" / ".hidden").mkdir(parents=True)
    for name in ("in/a.png", "in/.b.png", "in/.hidden/c.png", "d.png"):
        (tmp_path / name).write_bytes(b"\x89PNG\r\n")
    files = FilePictures(Limits())
    paths = [str(tmp_path / "in"), str(tmp_path / "d.png")]
    assert list(files.find(paths, lambda: False)) == [str(tmp_path / "in/a.png"), str(tmp_path / "d.png")]
    assert list(files.find(paths[:1], lambda: True)) == []
    assert files.kind(paths[1]) == "png"
    with pytest.raises(UnreadableError):
        files.kind(str(tmp_path / "gone"))
