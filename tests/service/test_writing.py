"""What jobs that write share."""

from tui.core.values import Ref
from tui.service.writing import command_line, paths_of


def test_many_paths_are_named_by_their_folder():
    assert paths_of([Ref("/a/1"), Ref("/a/2"), Ref("/a/1")]) == ["/a/1", "/a/2"]
    assert paths_of([Ref(f"/a/b{n % 2}/{n}") for n in range(20)]) == ["/a"]


def test_a_command_line_can_be_pasted():
    assert command_line(["safelight", "info", "/a b"]) == "safelight info '/a b'"
    assert "\x1b" not in command_line(["safelight", "\x1b[2J"])
