from tests import phantoms
from tests.service.fakes import FakeInstances
from tui.core.values import Ref, View, Viewport
from tui.service import events as ev
from tui.service.ports import Box, Order
from tui.service.requests import Desk, DrawPicture, EncodePicture, ReadTags
from tui.service.settings import Limits
from tui.service.state import Cursor


def test_the_desk_knows_the_lane_and_does_the_work() -> None:
    desk = Desk(FakeInstances({"/a": phantoms.ct(0, size=16)}), Limits())
    events: list[ev.Event] = []
    for request, lane in (
        (DrawPicture(4, 1, Cursor(None, Ref("/a")), View(), Viewport(8, 8)), "render"),
        (ReadTags(1, Ref("/a"), "patient"), "open"),
    ):
        found, work = desk.work(request)
        assert found == lane
        work(events.append, lambda: False)
    assert [type(event) for event in events] == [ev.PictureReady, ev.TagsReady, ev.TagsFiltered]
    assert isinstance(events[0], ev.PictureReady) and events[0].serial == 4


def test_a_lost_request_is_answered_all_the_same() -> None:
    picture = DrawPicture(4, 1, Cursor(None, Ref("/a"), 2), View(), Viewport(8, 8))
    assert picture.lost("why") == ev.PictureFailed(4, Ref("/a"), 2, "why")
    assert EncodePicture(4, Order(None, Box(0, 0, 1, 1), (1, 1))).lost("why") == ev.PictureDrawn(4, None)  # type: ignore[arg-type]
    assert ReadTags(1, Ref("/a"), "").lost("why") == ev.TagsReady(Ref("/a"), (), "why")
