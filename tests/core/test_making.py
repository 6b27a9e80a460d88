"""Objects of one run: which study and series they belong to, and what they hold."""

from itertools import count

import numpy as np
import pytest

from tests import phantoms
from tui.core.making import Maker
from tui.core.raster import Raster
from tui.core.recipe import Recipe
from tui.errors import UnreadableError, UsageError


def maker(recipe=Recipe(), **references):
    numbers = count(1)
    return Maker(recipe, lambda: f"2.25.{next(numbers)}", **references)


def picture(*frames):
    return Raster(list(frames) or [np.arange(12, dtype=np.uint8).reshape(3, 4)])


def test_one_series_for_a_patient_and_another_for_the_next():
    run = maker()
    found = [run.make(picture(), {"PatientID": patient}) for patient in ("A", "A", "B", "A")]
    assert len({ds.StudyInstanceUID for ds in found}) == len({ds.SeriesInstanceUID for ds in found}) == 2
    assert [ds.InstanceNumber for ds in found] == [1, 2, 1, 3]
    assert len({ds.SOPInstanceUID for ds in found}) == 4


def test_a_document_is_a_series_of_its_own_in_the_same_study():
    run = maker()
    image, document = run.make(picture(), {}), run.make(Raster(pdf=b"%PDF-1."), {})
    assert image.StudyInstanceUID == document.StudyInstanceUID
    assert image.SeriesInstanceUID != document.SeriesInstanceUID
    assert [image.SeriesNumber, document.SeriesNumber] == [1, 2]
    assert document.EncapsulatedDocument == b"%PDF-1.\0"


def test_values_that_were_given_win():
    ds = maker().make(picture(), {"InstanceNumber": "7", "SeriesNumber": "3", "PixelSpacing": "0.5\\0.25"})
    assert (ds.InstanceNumber, ds.SeriesNumber, list(ds.PixelSpacing)) == (7, 3, [0.5, 0.25])
    with pytest.raises(UsageError, match="PatientSex breaks its VR CS") as raised:
        maker().make(picture(), {"PatientSex": "zebra, with many words in it"})
    assert "zebra" not in raised.value.sentence()


def test_names_that_are_not_ascii_name_their_character_set():
    ds = phantoms.reread(maker().make(picture(), {"PatientName": "王^小東"}))
    assert ds.SpecificCharacterSet == "ISO_IR 192" and ds.PatientName == "王^小東"


def test_sixteen_bits_have_a_window_and_signed_ones_their_intercept():
    ds = maker().make(Raster([np.array([[300, 400]], np.uint16)]), {})
    assert (ds.WindowCenter, ds.WindowWidth) == (350.5, 101)
    ds = maker().make(Raster([np.array([[32668, 32868]], np.uint16)], added=32768), {})
    assert (ds.WindowCenter, ds.WindowWidth, ds.RescaleIntercept) == (0.5, 201, -32768)


def test_burned_in_text_is_possible_until_somebody_has_looked():
    assert maker().make(picture(), {}).BurnedInAnnotation == "YES"
    assert maker(Recipe(burned_in=False)).make(picture(), {}).BurnedInAnnotation == "NO"


def test_frames_at_a_rate_or_as_pages():
    frame = np.zeros((3, 4), np.uint8)
    ds = maker().make(Raster([frame, frame], rate=25), {})
    assert (ds.FrameTime, ds.FrameIncrementPointer) == (40, 0x00181063)
    ds = maker().make(picture(frame, frame), {})
    assert (ds.PageNumberVector, ds.FrameIncrementPointer) == ([1, 2], 0x00182001)
    assert maker(Recipe(rate=10)).make(picture(frame, frame), {}).FrameTime == 100
    with pytest.raises(UnreadableError, match="8 bits"):
        maker().make(picture(*[np.zeros((3, 4, 3), np.uint16)] * 2), {})


def test_a_template_is_not_changed_and_its_own_values_are_not_taken():
    template = phantoms.ct(size=8)
    template.PixelPaddingValue, template.LossyImageCompression = 5, "01"
    before = phantoms.data(template)
    run = maker(template=template)
    found = [run.make(picture(), {}) for _ in range(3)]
    assert phantoms.data(template) == before
    assert [ds.ImagePositionPatient[2] for ds in found] == [0, 5, 10]
    assert all("PixelPaddingValue" not in ds and ds.LossyImageCompression == "00" for ds in found)
    assert {ds.RescaleIntercept for ds in found} == {-1024}
    with pytest.raises(UsageError, match="colours"):
        run.make(Raster([np.zeros((3, 4, 3), np.uint8)]), {})
    with pytest.raises(UsageError, match="Several frames"):
        run.make(picture(*[np.zeros((3, 4), np.uint8)] * 2), {})


def test_the_study_of_another_object():
    ds = maker(like=phantoms.ct(size=8)).make(picture(), {"PatientSex": "F"})
    assert (ds.StudyInstanceUID, ds.PatientID, ds.PatientSex) == (phantoms.ct().StudyInstanceUID, "PHANTOM-1", "F")
