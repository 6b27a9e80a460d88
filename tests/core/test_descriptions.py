"""What is said of pictures: tables, names, order."""

import pytest

from tui.core import descriptions
from tui.core.recipe import Recipe
from tui.errors import UsageError


def test_a_table_by_file_name():
    found = descriptions.from_csv("\ufefffile,PatientID,StudyDate\na.png,1,20260101\nb.png,2,\n\n")
    assert found == (("a.png", (("PatientID", "1"), ("StudyDate", "20260101"))), ("b.png", (("PatientID", "2"),)))
    for wrong in ("", "file\na.png\n", "file,Nosuch\na,1\n", "file,Rows\na,1\n"):
        with pytest.raises(UsageError):
            descriptions.from_csv(wrong)


def test_values_in_a_name():
    assert descriptions.read_name("{PatientID}_{StudyDate}-{InstanceNumber}", "A_7_20260102-12") == (
        ("PatientID", "A_7"),
        ("StudyDate", "20260102"),
        ("InstanceNumber", "12"),
    )
    for pattern in ("plain", "{Nosuch}", "{PatientID}{PatientID}"):
        with pytest.raises(UsageError):
            descriptions.pattern(pattern)
    with pytest.raises(UsageError, match="does not follow"):
        descriptions.read_name("{PatientID}_{StudyDate}", "nothing")


def test_the_more_particular_counts():
    recipe = Recipe((("PatientID", "all"), ("Modality", "XC")), (("a.png", (("PatientID", "row"),)),), "{PatientID}")
    assert descriptions.chosen(recipe, "a.png", "a") == {"PatientID": "row", "Modality": "XC"}
    with pytest.raises(UsageError, match="no line"):
        descriptions.chosen(recipe, "b.png", "b")


def test_natural_order():
    names = ["img10.png", "img2.png", "Img1.png", "img02.png", "x/1.png", "a\u0662.png"]
    order = sorted(names, key=descriptions.natural)
    assert order.index("Img1.png") < order.index("img2.png") < order.index("img10.png")


@pytest.mark.parametrize(
    "recipe",
    [Recipe((("Nosuch", ""),)), Recipe(from_name="x"), Recipe(transfer_syntax="zip"), Recipe(conversion="XX"),
     Recipe((("PixelData", "x"),))],
)  # fmt: skip
def test_a_recipe_that_cannot_be_followed_is_refused(recipe):
    with pytest.raises(UsageError):
        descriptions.check(recipe)
