from tui.core.cuts import ACROSS, NORMAL, Plane


def test_each_plane_lies_in_the_two_directions_that_are_not_its_normal():
    for plane in Plane:
        assert sorted((*ACROSS[plane], NORMAL[plane])) == [0, 1, 2]
