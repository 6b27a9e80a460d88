from tui.core.quantities import Findings, MaskSize, Probe, Reading
from tui.ui.panes.readout import mask_text, pins_text, probe_text

PROBE = Probe(256, 200, (990.0,), (Reading(-34.0, "HU"),), position_mm=(-70.4, 88.38, -797.2))


def test_the_value_comes_first() -> None:
    assert probe_text(PROBE) == "-34 HU · (256, 200) · stored 990 · R 70.4 P 88.4 I 797.2 mm"


def test_suv_stands_beside_the_activity_and_maps_have_their_label() -> None:
    probe = Probe(1, 2, (3.0,), (Reading(7009.2, "BQML"), Reading(2.0641, "SUV"), Reading(1.5, "mm2/s", "ADC")))
    assert probe_text(probe) == "7009 BQML, 2.064 SUV, ADC 1.5 mm2/s · (1, 2) · stored 3"


def test_colour_and_padding() -> None:
    assert probe_text(Probe(1, 2, (9.0, 9.0, 9.0), rgb=(10, 20, 30))) == "RGB 10 20 30 · (1, 2)"
    assert probe_text(Probe(1, 2, (0.0,), notes=("padding",))) == "padding · (1, 2) · stored 0"


def test_pins_are_numbered_and_masks_have_their_area() -> None:
    assert pins_text(Findings(pins=(PROBE, PROBE))) == "1: -34 HU  2: -34 HU"
    assert mask_text(MaskSize(10, 143.21)) == "mask 143.2 mm²" and mask_text(MaskSize(12345)) == "mask 12,345 px"
