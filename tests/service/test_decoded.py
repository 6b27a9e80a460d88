from __future__ import annotations

from tests.service.test_jobs import files
from tui.core.values import Ref
from tui.service import decoded
from tui.service.settings import Limits


def test_frames_are_kept_within_the_limit() -> None:
    instances = files()
    store = decoded.Decoded(instances, Limits(cache_bytes=2 * 16 * 16 * 2))
    for path in ("/0", "/1", "/0", "/2", "/0", "/1"):
        store.frame(Ref(path), 0)
    assert len(instances.reads) == 4  # /0, /1, /2, and /1 again


def test_only_so_many_instances_stay_open() -> None:
    count = decoded.OPEN_INSTANCES + 3
    instances = files(count)
    store = decoded.Decoded(instances, Limits(cache_bytes=0))
    for path in [*(f"/{z}" for z in range(count)), f"/{count - 1}", "/0"]:
        store.frame(Ref(path), 0)
    assert [ref.path for ref in instances.opens] == [*(f"/{z}" for z in range(count)), "/0"]


def test_open_instances_are_kept_within_the_limit_but_the_last_one_always() -> None:
    for most, again in ((3500, ["/0"]), (2500, ["/1", "/0"]), (1, ["/2", "/1", "/0"])):
        instances = files(4)
        store = decoded.Decoded(instances, Limits(cache_bytes=0, opened_bytes=most))
        for path in ("/0", "/1", "/2", "/3", "/3", "/2", "/1", "/0"):
            store.frame(Ref(path), 0)
        assert [ref.path for ref in instances.opens] == ["/0", "/1", "/2", "/3", *again]


def test_another_scan_reads_everything_again() -> None:
    instances = files()
    store = decoded.Decoded(instances, Limits())
    for scan in (1, 1, 2, 2):
        store.begin(scan)
        store.frame(Ref("/0"), 0)
    assert len(instances.opens) == 2
