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

    @property
    def patient(self) -> str:
        """What is the same for all objects of the patient, and of nobody else; never to be shown."""
        if self.patient_id:
            return _patient(self.patient_id, self.issuer)
        kind, what = ("study", self.study_uid) if self.study_uid else ("instance", self.instance_uid)
        return f"{kind}\0{what}"

    def pseudonym(self, key: bytes) -> str:
        """``P-`` and ten letters or digits (50 bits); different patients are kept apart, so it is never empty."""
        return _pseudonym(key, self.patient)


def _patient(patient_id: str, issuer: str) -> str:
    return f"patient\0{patient_id.strip()}\0{issuer.strip()}"


def _pseudonym(key: bytes, patient: str) -> str:
    kind, _, what = patient.partition("\0")
    return "P-" + short_name(key, kind, what, 10)


def nested_pseudonym(key: bytes, patient_id: str, issuer: str) -> str:
    """The pseudonym for a Patient ID that stands with its issuer in an item or at the top level."""
    return _pseudonym(key, _patient(patient_id, issuer))


def accession(key: bytes, number: str) -> str:
    """The pseudonym for an Accession Number, which is the same wherever the number stands; empty stays empty."""
    return "A-" + short_name(key, "accession", number, 10) if number else ""
