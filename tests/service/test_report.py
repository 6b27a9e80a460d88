"""Journal lines and the report: shapes, counts, and nothing of the originals."""

import json
from importlib import resources

from tui.core.deidentify.options import Dates, Options
from tui.core.values import Ref
from tui.service import report
from tui.service.batch import Result, State

SECRET = bytes(range(32))
GOOD = Result(
    Ref("/home/Zwinglmeier/a.dcm"), State.WRITTEN, name="P-A/study-B/series-C/2.25.1.dcm", sha256="00", uid="2.25.1",
    actions=(("removed", 3),), warnings=("R02: text.",),
)  # fmt: skip
BAD = Result(Ref("/home/Zwinglmeier/b.dcm"), State.REFUSED, error="R01: text.", reason="R01: text.")


def whole() -> dict[str, object]:
    tally = report.Tally()
    entries = [report.entry(f"{n}", result, 5) for n, result in enumerate((GOOD, BAD))]
    for entry in entries:
        tally.add(entry)
    return json.loads(b"".join(report.report("1.0", Options(Dates.FULL), "ab", tally, entries)))


def test_a_report_is_json_with_a_row_a_file():
    found = whole()
    assert found["counts"] == {"refused": 1, "written": 1}
    assert found["reasons"] == {"R01: text.": 1} and found["warnings"] == {"R02: text.": 1}
    assert [row["file"] for row in found["files"]] == [1, 2]
    assert found["profile"]["options"] == ["--keep-dates", "full"]
    assert "Zwinglmeier" not in json.dumps(found) and "key" not in found["files"][0]


def test_a_report_is_as_its_schema_says():
    schema = json.loads(resources.files("tui.core.deidentify").joinpath("deid-report.schema.json").read_text())
    check(schema, whole())


def check(schema: dict, value: object) -> None:
    """As much of JSON Schema as the schema uses."""
    kinds = {"object": dict, "array": list, "string": str, "integer": int}
    assert isinstance(value, kinds[schema["type"]]), (schema, value)
    assert "enum" not in schema or value in schema["enum"]
    if isinstance(value, dict):
        assert set(schema.get("required", ())) <= set(value)
        known = schema.get("properties", {})
        assert "additionalProperties" in schema or set(value) <= set(known), set(value) - set(known)
        for name, inner in value.items():
            check(known.get(name) or schema["additionalProperties"], inner)
    if isinstance(value, list):
        for inner in value:
            check(schema["items"], inner)


def test_what_a_key_is_known_by_tells_nothing_else():
    assert report.fingerprint(SECRET) == report.fingerprint(SECRET) != report.fingerprint(bytes(32))
    assert SECRET.hex() not in report.fingerprint(SECRET)
    assert report.known_by(SECRET, b"/a") != report.known_by(bytes(32), b"/a")


def test_another_option_rule_or_key_is_another_run():
    heads = [
        report.head(SECRET, Options(), ""), report.head(bytes(32), Options(), ""),
        report.head(SECRET, Options(keep_uids=True), ""), report.head(SECRET, Options(), "rule"),
        report.head(SECRET, Options(words=frozenset("ab")), ""),
    ]  # fmt: skip
    assert len({json.dumps(head) for head in heads}) == 5
    assert report.head(SECRET, Options(words=frozenset("abc")), "") == report.head(
        SECRET, Options(words=frozenset("cba")), ""
    )
