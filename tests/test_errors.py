import inspect

from tui import errors


def test_a_sentence_holds_the_message_and_what_to_do() -> None:
    assert errors.ExistsError("There is a file.").sentence() == "There is a file. Choose another name or folder."
    assert errors.SafelightError("No pixels").sentence() == "No pixels."
    assert errors.OutputError("The disk is full", "Make room.").sentence() == "The disk is full. Make room."


def test_the_drawn_tree_names_every_error() -> None:
    classes = {name for name, found in vars(errors).items() if inspect.isclass(found)}
    drawn = (errors.__doc__ or "").split("::")[1]
    assert {name for name in classes if name in drawn} == classes
