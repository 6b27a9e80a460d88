import pytest
from pydicom import uid

from tui.core import kinds


@pytest.mark.parametrize(
    ("sop_class", "word"),
    [
        (uid.BasicTextSRStorage, "report"),
        (uid.Comprehensive3DSRStorage, "report"),
        (uid.XRayRadiationDoseSRStorage, "report"),
        (uid.KeyObjectSelectionDocumentStorage, "key object"),
        (uid.EncapsulatedPDFStorage, "PDF"),
        (uid.EncapsulatedCDAStorage, "CDA"),
        (uid.EncapsulatedSTLStorage, "3D"),
        (uid.RTStructureSetStorage, "contours"),
        (uid.RTPlanStorage, "plan"),
        (uid.GrayscaleSoftcopyPresentationStateStorage, "presentation"),
        (uid.SpatialRegistrationStorage, "registration"),
        (uid.RealWorldValueMappingStorage, "real-world"),
        (uid.RawDataStorage, "raw data"),
        (uid.TwelveLeadECGWaveformStorage, "waveforms"),
        (uid.MRSpectroscopyStorage, "spectra"),
    ],
)
def test_kinds_by_their_names_in_the_standard(sop_class: uid.UID, word: str) -> None:
    assert word in kinds.of(sop_class)


@pytest.mark.parametrize("sop_class", [uid.CTImageStorage, uid.EnhancedMRImageStorage, "1.2.3", ""])
def test_images_and_unknown_classes_have_no_kind(sop_class: str) -> None:
    assert kinds.of(sop_class) == ""
