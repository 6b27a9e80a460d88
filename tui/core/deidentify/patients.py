"""Who a patient is called in the copy: a short keyed name that is the same for all objects of that patient."""

from __future__ import annotations

from dataclasses import dataclass

from tui.core.deidentify.uids import short_name


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one patient from another: Patient ID with its issuer, else the study, else the instance."""

    patient_id: str
    issuer: str
    study_uid: str
    instance_uid: str

    @property
    def is_weak(self) -> bool:
        """Without a Patient ID the studies of one patient cannot be brought together."""
        return not self.patient_id

    def pseudonym(self, key: bytes) -> str:
        """``P-`` and ten letters or digits (50 bits); different patients are kept apart, so it is never empty."""
        if self.patient_id:
            return nested_pseudonym(key, self.patient_id, self.issuer)
        kind, what = ("study", self.study_uid) if self.study_uid else ("instance", self.instance_uid)
        return "P-" + short_name(key, kind, what, 10)


def nested_pseudonym(key: bytes, patient_id: str, issuer: str) -> str:
    """The pseudonym for a Patient ID that stands with its issuer in an item or at the top level."""
    return "P-" + short_name(key, "patient", f"{patient_id.strip()}\0{issuer.strip()}", 10)
