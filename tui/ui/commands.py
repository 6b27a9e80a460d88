"""THE table: what a key can do. Bindings, hints, help, palette, the README's key table and rebinding come from it.

Keys are Textual's names or single characters, separated by spaces. A Chinese input method sends full-width
punctuation, so each punctuation key has its full-width twins as aliases.
"""

from __future__ import annotations

from collections.abc import Callable

from tui.frozen import frozen
from tui.service import actions as act
from tui.service.boxing import AddBox, KeepBoxes, MoveBox, NextBox, RemoveBox, SizeBox, ToggleBoxes
from tui.service.cutting import (
    MoveCut,
    NextPlane,
    NextRendering,
    SizeSlab,
    StepCut,
    ToggleAlone,
    ToggleCut,
    WritePlanes,
)
from tui.service.editing import ChangeTag, RedoEdit, SaveEdits, SaveText, UndoEdit, WriteEdits
from tui.service.gauging import MoveGauge, NextHandle, NextTool, SizeGauge, ToggleGauge
from tui.service.measuring import (
    MakeMask,
    Measure,
    MoveProbe,
    NextOpacity,
    NextTint,
    PinProbe,
    SetMask,
    ToggleMask,
    TogglePanels,
    ToggleProbe,
)
from tui.service.overlaying import SetOpacity, ShowOverlays, UseState
from tui.service.questions import Ask
from tui.service.reviewing import ReviewAnonymize
from tui.service.state import State
from tui.service.values import ORDERS, Ref, Tool, Voi

Make = Callable[[State], act.Action]

EVERYWHERE = ""
TREE, IMAGE, TAGS = "tree", "image", "tags"
PROBE = "probe"  # the image pane while the probe is on
BOXES = "boxes"  # the image pane while boxes are laid over burned-in text
MEASURE = "measure"  # the image pane while something is laid on the picture to measure it
PLANES = "planes"  # the image pane while planes through a volume are shown
MODES = {PROBE: IMAGE, MEASURE: IMAGE, PLANES: IMAGE}
PANES = (TREE, IMAGE, TAGS)
LISTS = (TREE, TAGS)


@frozen
class Command:
    """One thing a key can do.

    Attributes
    ----------
    id
        ``noun.verb``, unique; what the configuration file names.
    keys
        Names or characters, separated by spaces; the first is the one that is shown.
    group
        Heading in the help.
    help
        A short sentence.
    act
        Makes the action of the state; or names a verb of the screen: ``app.x`` is the function ``x`` of ``verbs.py``,
        ``tags.x`` that of ``tagverbs.py``, ``files.x`` that of ``fileverbs.py``, ``panes.x`` the action ``x`` of the
        panes as a whole, ``pane.x`` that of the pane with the focus.
    panes
        Where the keys hold; empty is everywhere.
    hint
        Label in the line of hints; empty leaves it out.
    asks
        For a verb of the screen: the action that it leads to, whose reason disables the verb, too.
    """

    id: str
    keys: str
    group: str
    help: str
    act: Make | str
    panes: tuple[str, ...] = ()
    hint: str = ""
    asks: Make | None = None


def _always(action: act.Action) -> Make:
    return lambda state: action


def _export(state: State) -> act.Action:
    ref = state.cursor.ref
    return act.Export((act.Target(ref, state.cursor.frame),) if ref else (), state.view)


def _anonymize(state: State) -> act.Action:
    return act.Anonymize((state.cursor.ref,) if state.cursor.ref else ())


def _keep(state: State) -> act.Action:
    drawn = state.view.boxes
    return KeepBoxes(state.cursor.ref or Ref(""), drawn.boxes if drawn else (), state.rules)


def _clean(state: State) -> act.Action:
    return KeepBoxes(state.cursor.ref or Ref(""), (), state.rules)


def _sort(state: State) -> act.Action:
    return act.SortLibrary(ORDERS[(ORDERS.index(state.order) + 1) % len(ORDERS)])


def _stop(state: State) -> act.Action:
    return act.StopWriting() if state.writing.verb else act.StopScan()


_PRESETS = tuple(
    Command(f"window.preset-{n}", str(n), "Window", f"Preset {n} of the modality.", _always(act.UseDigit(n)))
    for n in range(3, 10)
)

COMMANDS: tuple[Command, ...] = (
    # ------------------------------------------------------------------------------------------ the program
    Command("help.keys", "? f1 ？", "Program", "Keys of this pane.", "app.help_keys", hint="keys"),
    Command("palette.open", ": ctrl+p ：", "Program", "Find a command by its name.", "app.palette"),
    Command("pane.filter", "/ ／", "Program", "Filter this pane; from the image, the tags.", "app.filter",
            hint="filter"),
    Command("pane.next", "tab", "Program", "Next pane.", "panes.next", hint="pane"),
    Command("pane.previous", "shift+tab", "Program", "Previous pane.", "panes.previous"),
    Command("pane.maximize", "f", "Program", "This pane alone, and back.", "panes.maximize"),
    Command("screen.back", "escape", "Program", "One step back: filter, marks, the pane alone.", "app.back"),
    Command("screen.redraw", "ctrl+l", "Program", "Draw text and image again.", "app.redraw"),
    Command("program.suspend", "ctrl+z", "Program", "Suspend; `fg` comes back.", "app.suspend"),
    Command("program.quit", "q ctrl+q", "Program", "Quit.", "app.leave", hint="quit"),
    # ------------------------------------------------------------------------------------------ files
    Command("library.rescan", "ctrl+r", "Files", "Read the folder again.", _always(act.Rescan())),
    Command("work.stop", "s", "Files", "Stop writing, or else the scan.", _stop),
    Command("library.skipped", "F", "Files", "Files that were skipped, and why.", "app.skipped"),
    Command("tree.layout", "T", "Files", "Patients and series, or folders and files.", "app.tree_layout"),
    Command("picture.export", "e", "Files", "Write the picture as PNG, or those that are marked.",
            "files.export", hint="export", asks=_export),
    Command("files.export", "E", "Files", "Export: choose what, the format, and how.", "files.export_sheet",
            asks=_export),
    Command("files.import", "I", "Files", "Import: make DICOM of pictures, videos and PDF.", "files.import_sheet"),
    Command("files.anonymize", "a", "Files", "Save copies without the patient's identity.", "app.anonymize",
            hint="anonymize", asks=_anonymize),
    Command("files.anonymize-marked", "A", "Files", "The same for the images that are marked.",
            "app.anonymize_marked"),
    Command("value.copy", "y", "Files", "Copy the value of the tag.", "app.copy_value"),
    Command("value.copy-json", "Y", "Files", "Copy the tag as JSON.", "app.copy_json"),
    # ------------------------------------------------------------------------------------------ moving
    Command("frame.previous", ", ，", "Move", "Previous frame.", _always(act.StepFrame(-1))),
    Command("frame.next", ". 。", "Move", "Next frame.", _always(act.StepFrame(1))),
    Command("series.previous", "< 《 ＜", "Move", "Previous series.", _always(act.StepSeries(-1))),
    Command("series.next", "> 》 ＞", "Move", "Next series.", _always(act.StepSeries(1))),
    Command("cine.toggle", "c", "Move", "Play or stop.", _always(act.ToggleCine())),
    Command("cine.slower", "( （", "Move", "Play slower.", _always(act.ScaleCine(1 / 1.25))),
    Command("cine.faster", ") ）", "Move", "Play faster.", _always(act.ScaleCine(1.25))),
    # ------------------------------------------------------------------------------------------ window
    Command("window.lower", "[ 【 ［", "Window", "Level down: brighter.", _always(act.ShiftLevel(-1))),
    Command("window.higher", "] 】 ］", "Window", "Level up: darker.", _always(act.ShiftLevel(1))),
    Command("window.narrower", "{ ｛", "Window", "Narrower: more contrast.", _always(act.ScaleWidth(-1))),
    Command("window.wider", "} ｝", "Window", "Wider: less contrast.", _always(act.ScaleWidth(1))),
    Command("window.auto", "0", "Window", "Window of this picture's own values.", _always(act.UseDigit(0))),
    Command("window.stored-1", "1", "Window", "First window of the file.", _always(act.UseDigit(1))),
    Command("window.stored-2", "2", "Window", "Second window of the file.", _always(act.UseDigit(2))),
    *_PRESETS,
    Command("window.next-stored", "v", "Window", "Next window or table of the file.", _always(act.StepVoi(1))),
    Command("window.type", "w", "Window", "Type center and width, or the name of a preset.", "app.type_window",
            hint="window", asks=_always(act.SetVoi(Voi()))),
    Command("window.invert", "i", "Window", "Exchange black and white.", _always(act.ToggleInvert())),
    # ------------------------------------------------------------------------------------------ view
    Command("view.zoom-in", "+ = ＋ ＝", "View", "Zoom in.", _always(act.ZoomBy(1.25))),
    Command("view.zoom-out", "- －", "View", "Zoom out.", _always(act.ZoomBy(1 / 1.25))),
    Command("view.fit", "z", "View", "Fit the pane, or pixel for pixel.", _always(act.ToggleFit())),
    Command("view.profile", "V", "View", "Colours by the ICC profile, or as stored.", _always(act.ToggleProfile())),
    Command("view.overlays", "o", "View", "Overlays on and off.", _always(act.ToggleOverlays())),
    Command("overlays.choose", "ctrl+o", "View", "Choose segments, contours, presentation states.",
            "app.overlays", asks=_always(ShowOverlays(()))),
    # ------------------------------------------------------------------------------------------ the image pane
    Command("image.next", "j down n", "Image", "Next image of the series.", _always(act.StepImage(1)), (IMAGE,),
            "image"),
    Command("image.previous", "k up N", "Image", "Previous image.", _always(act.StepImage(-1)), (IMAGE,)),
    Command("image.forward", "pagedown", "Image", "Ten images on.", _always(act.StepImage(10)), (IMAGE,)),
    Command("image.backward", "pageup", "Image", "Ten images back.", _always(act.StepImage(-10)), (IMAGE,)),
    Command("image.first", "g home", "Image", "First image of the series.", _always(act.JumpImage(0)), (IMAGE,)),
    Command("image.last", "G end", "Image", "Last image.", _always(act.JumpImage(-1)), (IMAGE,)),
    Command("image.next-frame", "l right", "Image", "Next frame.", _always(act.StepFrame(1)), (IMAGE,), "frame"),
    Command("image.previous-frame", "h left", "Image", "Previous frame.", _always(act.StepFrame(-1)), (IMAGE,)),
    Command("image.cine", "space", "Image", "Play or stop.", _always(act.ToggleCine()), (IMAGE,), "cine"),
    Command("image.level-up", "shift+up", "Image", "Level up.", _always(act.ShiftLevel(1)), (IMAGE,)),
    Command("image.level-down", "shift+down", "Image", "Level down.", _always(act.ShiftLevel(-1)), (IMAGE,)),
    Command("image.wider", "shift+right", "Image", "Window wider.", _always(act.ScaleWidth(1)), (IMAGE,)),
    Command("image.narrower", "shift+left", "Image", "Window narrower.", _always(act.ScaleWidth(-1)), (IMAGE,)),
    Command("image.pan-left", "H alt+left", "Image", "Move to the left.", _always(act.PanBy(-0.1, 0)), (IMAGE,)),
    Command("image.pan-down", "J alt+down", "Image", "Move down.", _always(act.PanBy(0, 0.1)), (IMAGE,)),
    Command("image.pan-up", "K alt+up", "Image", "Move up.", _always(act.PanBy(0, -0.1)), (IMAGE,)),
    Command("image.pan-right", "L alt+right", "Image", "Move to the right.", _always(act.PanBy(0.1, 0)), (IMAGE,)),
    Command("image.rotate", "r", "Image", "Rotate clockwise.", _always(act.RotateBy(1)), (IMAGE,)),
    Command("image.rotate-back", "R", "Image", "Rotate counterclockwise.", _always(act.RotateBy(-1)), (IMAGE,)),
    Command("image.flip", "x", "Image", "Mirror left to right.", _always(act.ToggleFlip()), (IMAGE,)),
    Command("image.corners", "t", "Image", "Text in the corners on and off.", _always(act.ToggleCorners()), (IMAGE,)),
    Command("image.smooth", "Z", "Image", "Enlarge smoothly, or as plain squares.", _always(act.ToggleSmooth()),
            (IMAGE,)),
    Command("image.reset", "backspace", "Image", "Window and view as the file says.", _always(act.ResetView()),
            (IMAGE,)),
    # ------------------------------------------------------------------------------------------ measuring
    Command("probe.toggle", "p", "Measure", "The value under a crosshair, and back.", "app.probe",
            asks=_always(ToggleProbe())),
    Command("mask.toggle", "m", "Measure", "Mask of the last range of values on and off.", _always(ToggleMask())),
    Command("mask.type", "M", "Measure", "Type the range of the mask, or its name.", "app.type_mask",
            asks=_always(ToggleMask())),
    Command("mask.panels", "| ｜", "Measure", "Original, mask and result side by side.", _always(TogglePanels()),
            (IMAGE,)),
    Command("mask.colour", "' ＇", "Measure", "Next colour of the mask.", _always(NextTint()), (IMAGE,)),
    Command("mask.opacity", '" ＂', "Measure", "Next opacity of the mask; one is its outline.", _always(NextOpacity()),
            (IMAGE,)),
    Command("measure.statistics", "S", "Measure", "Statistics and histogram, and back.", "app.statistics", (IMAGE,),
            asks=_always(ToggleGauge())),
    Command("measure.length", "_ ＿", "Measure", "Length and profile of a line.", "app.length", (IMAGE,),
            asks=_always(ToggleGauge(Tool.LINE))),
    Command("measure.angle", "^ ＾", "Measure", "An angle.", "app.angle", (IMAGE,),
            asks=_always(ToggleGauge(Tool.ANGLE))),
    Command("measure.left", "left h", "Statistics", "Move to the left: the shape, a point, an edge.",
            _always(MoveGauge(-1, 0)), (MEASURE,), "move"),
    Command("measure.right", "right l", "Statistics", "To the right.", _always(MoveGauge(1, 0)), (MEASURE,)),
    Command("measure.up", "up k", "Statistics", "Up.", _always(MoveGauge(0, -1)), (MEASURE,)),
    Command("measure.down", "down j", "Statistics", "Down.", _always(MoveGauge(0, 1)), (MEASURE,)),
    Command("measure.fine-left", "alt+left", "Statistics", "One pixel, or one value, to the left.",
            _always(MoveGauge(-1, 0, True)), (MEASURE,)),
    Command("measure.fine-right", "alt+right", "Statistics", "To the right.", _always(MoveGauge(1, 0, True)),
            (MEASURE,)),
    Command("measure.fine-up", "alt+up", "Statistics", "Up.", _always(MoveGauge(0, -1, True)), (MEASURE,)),
    Command("measure.fine-down", "alt+down", "Statistics", "Down.", _always(MoveGauge(0, 1, True)), (MEASURE,)),
    Command("measure.narrower", "H shift+left", "Statistics", "Narrower; a point far to the left.",
            _always(SizeGauge(-1, 0)), (MEASURE,)),
    Command("measure.wider", "L shift+right", "Statistics", "Wider; a point far to the right.",
            _always(SizeGauge(1, 0)), (MEASURE,)),
    Command("measure.lower", "K shift+up", "Statistics", "Lower; a point far up.", _always(SizeGauge(0, -1)),
            (MEASURE,)),
    Command("measure.higher", "J shift+down", "Statistics", "Higher; a point far down.", _always(SizeGauge(0, 1)),
            (MEASURE,)),
    Command("measure.shape", "space", "Statistics", "Next shape: circle, rectangle, mask, line ...",
            _always(NextTool()), (MEASURE,), "shape"),
    Command("measure.shape-back", "backspace", "Statistics", "The shape before.", _always(NextTool(-1)), (MEASURE,)),
    Command("measure.handle", "enter", "Statistics", "What the arrows move: shape, point, window edge.",
            _always(NextHandle()), (MEASURE,), "handle"),
    Command("measure.copy", "y", "Statistics", "Copy the numbers.", "app.copy_numbers", (MEASURE,)),
    Command("measure.leave", "escape", "Statistics", "Stop measuring.", "app.stop_measuring", (MEASURE,), "leave"),
    Command("probe.left", "left h", "Probe", "One pixel to the left.", _always(MoveProbe(-1, 0)), (PROBE,),
            "move"),
    Command("probe.right", "right l", "Probe", "To the right.", _always(MoveProbe(1, 0)), (PROBE,)),
    Command("probe.up", "up k", "Probe", "Up.", _always(MoveProbe(0, -1)), (PROBE,)),
    Command("probe.down", "down j", "Probe", "Down.", _always(MoveProbe(0, 1)), (PROBE,)),
    Command("probe.far-left", "H shift+left", "Probe", "Five pixels to the left.", _always(MoveProbe(-5, 0)),
            (PROBE,)),
    Command("probe.far-right", "L shift+right", "Probe", "Five to the right.", _always(MoveProbe(5, 0)), (PROBE,)),
    Command("probe.far-up", "K shift+up", "Probe", "Five up.", _always(MoveProbe(0, -5)), (PROBE,)),
    Command("probe.far-down", "J shift+down", "Probe", "Five down.", _always(MoveProbe(0, 5)), (PROBE,)),
    Command("probe.pin", "enter", "Probe", "Leave a pin here, or take it away.", _always(PinProbe()), (PROBE,),
            "pin"),
    Command("probe.copy", "y", "Probe", "Copy the values.", "app.copy_numbers", (PROBE,)),
    Command("probe.leave", "escape", "Probe", "Stop probing.", _always(ToggleProbe()), (PROBE,), "leave"),
    # ------------------------------------------------------------------------------------------ planes
    Command("planes.toggle", "O", "Image", "Axial, coronal and sagittal planes, and back.", "app.planes", (IMAGE,),
            asks=_always(ToggleCut())),
    Command("planes.next", "j n", "Planes", "Next plane: to the feet, the back, the left.", _always(StepCut(1)),
            (PLANES,), "next"),
    Command("planes.previous", "k N", "Planes", "Previous plane.", _always(StepCut(-1)), (PLANES,)),
    Command("planes.forward", "pagedown", "Planes", "Ten planes on.", _always(StepCut(10)), (PLANES,)),
    Command("planes.backward", "pageup", "Planes", "Ten planes back.", _always(StepCut(-10)), (PLANES,)),
    Command("planes.left", "left h", "Planes", "Move the crosshair to the left.", _always(MoveCut(-1, 0)), (PLANES,),
            "move"),
    Command("planes.right", "right l", "Planes", "To the right.", _always(MoveCut(1, 0)), (PLANES,)),
    Command("planes.up", "up", "Planes", "Up.", _always(MoveCut(0, -1)), (PLANES,)),
    Command("planes.down", "down", "Planes", "Down.", _always(MoveCut(0, 1)), (PLANES,)),
    Command("planes.far-left", "H shift+left", "Planes", "Ten to the left.", _always(MoveCut(-10, 0)), (PLANES,)),
    Command("planes.far-right", "L shift+right", "Planes", "Ten to the right.", _always(MoveCut(10, 0)), (PLANES,)),
    Command("planes.far-up", "K shift+up", "Planes", "Ten up.", _always(MoveCut(0, -10)), (PLANES,)),
    Command("planes.far-down", "J shift+down", "Planes", "Ten down.", _always(MoveCut(0, 10)), (PLANES,)),
    Command("planes.other", "space", "Planes", "Move the next of the three.", _always(NextPlane()), (PLANES,), "plane"),
    Command("planes.other-back", "backspace", "Planes", "The one before.", _always(NextPlane(-1)), (PLANES,)),
    Command("planes.alone", "enter", "Planes", "This plane alone, or all three.", _always(ToggleAlone()), (PLANES,),
            "alone"),
    Command("planes.thicker", ". 。", "Planes", "Thicker slab.", _always(SizeSlab(1)), (PLANES,), "slab"),
    Command("planes.thinner", ", ，", "Planes", "Thinner slab.", _always(SizeSlab(-1)), (PLANES,)),
    Command("planes.rendering", "x", "Planes", "Slab as MIP, MinIP or mean.", _always(NextRendering()), (PLANES,)),
    Command("planes.leave", "escape", "Planes", "Show the image again.", "app.planes", (PLANES,), "leave"),
    # ------------------------------------------------------------------------------------------ boxes
    Command("boxes.toggle", "B", "Image", "Lay boxes over text in the picture.", "app.boxes", (IMAGE,),
            asks=_always(ToggleBoxes())),
    Command("boxes.left", "left h", "Boxes", "Move the box to the left.", _always(MoveBox(-1, 0)), (BOXES,), "move"),
    Command("boxes.right", "right l", "Boxes", "To the right.", _always(MoveBox(1, 0)), (BOXES,)),
    Command("boxes.up", "up k", "Boxes", "Up.", _always(MoveBox(0, -1)), (BOXES,)),
    Command("boxes.down", "down j", "Boxes", "Down.", _always(MoveBox(0, 1)), (BOXES,)),
    Command("boxes.fine-left", "alt+left", "Boxes", "One pixel to the left.", _always(MoveBox(-1, 0, True)), (BOXES,)),
    Command("boxes.fine-right", "alt+right", "Boxes", "To the right.", _always(MoveBox(1, 0, True)), (BOXES,)),
    Command("boxes.fine-up", "alt+up", "Boxes", "Up.", _always(MoveBox(0, -1, True)), (BOXES,)),
    Command("boxes.fine-down", "alt+down", "Boxes", "Down.", _always(MoveBox(0, 1, True)), (BOXES,)),
    Command("boxes.narrower", "H shift+left", "Boxes", "Narrower.", _always(SizeBox(-1, 0)), (BOXES,)),
    Command("boxes.wider", "L shift+right", "Boxes", "Wider.", _always(SizeBox(1, 0)), (BOXES,), "size"),
    Command("boxes.lower", "K shift+up", "Boxes", "Lower.", _always(SizeBox(0, -1)), (BOXES,)),
    Command("boxes.higher", "J shift+down", "Boxes", "Higher.", _always(SizeBox(0, 1)), (BOXES,)),
    Command("boxes.add", "a +", "Boxes", "Another box.", _always(AddBox()), (BOXES,), "add"),
    Command("boxes.remove", "x delete", "Boxes", "Take the box away.", _always(RemoveBox()), (BOXES,)),
    Command("boxes.next", "n", "Boxes", "Go to the next box.", _always(NextBox()), (BOXES,)),
    Command("boxes.keep", "enter", "Boxes", "Keep the boxes for this device.", _keep, (BOXES,),
            "keep"),
    Command("boxes.clean", "c", "Boxes", "No text: this device is clean.", _clean,
            (BOXES,), "clean"),
    Command("boxes.leave", "escape", "Boxes", "Stop without keeping.", _always(ToggleBoxes()), (BOXES,), "leave"),
    # ------------------------------------------------------------------------------------------ the lists
    Command("list.down", "j down", "List", "Next line.", "pane.cursor_down", LISTS),
    Command("list.up", "k up", "List", "Previous line.", "pane.cursor_up", LISTS),
    Command("list.page-down", "pagedown", "List", "A page on.", "pane.page_down", LISTS),
    Command("list.page-up", "pageup", "List", "A page back.", "pane.page_up", LISTS),
    Command("list.half-page-down", "ctrl+d", "List", "Half a page on.", "pane.half_page_down", LISTS),
    Command("list.half-page-up", "ctrl+u", "List", "Half a page back.", "pane.half_page_up", LISTS),
    Command("list.first", "g home", "List", "First line.", "pane.cursor_first", LISTS),
    Command("list.last", "G end", "List", "Last line.", "pane.cursor_last", LISTS),
    Command("list.expand", "l right", "List", "Unfold.", "pane.expand", LISTS),
    Command("list.collapse", "h left", "List", "Fold, or go to the line above it.", "pane.collapse", LISTS),
    Command("list.expand-all", "*", "List", "Unfold everything.", "pane.expand_all", LISTS),
    Command("list.next-match", "n", "List", "Next match of the filter.", "app.next_match", LISTS),
    Command("list.previous-match", "N", "List", "Previous match.", "app.previous_match", LISTS),
    Command("tree.open", "enter", "Tree", "Go to the image; fold or unfold a branch.", "pane.activate", (TREE,),
            "open"),
    Command("tree.mark", "space", "Tree", "Mark what is here, or not, and go down.", "app.mark", (TREE,)),
    Command("tree.sort", "O", "Tree", "Sort by patient, date, modality or size.", _sort, (TREE,), "sort"),
    Command("tree.next-study", "J", "Tree", "Next study.", "pane.next_study", (TREE,)),
    Command("tree.previous-study", "K", "Tree", "Previous study.", "pane.previous_study", (TREE,)),
    Command("tree.parent", "backspace", "Tree", "To the branch above.", "pane.cursor_parent", (TREE,)),
    Command("tags.fold", "space", "Tags", "Fold or unfold a sequence.", "pane.activate", (TAGS,), "fold"),
    Command("tags.edit", "enter f2", "Tags", "Edit the value in its place; fold a sequence.", "tags.edit_value",
            (TAGS,), "edit"),
    Command("tags.add", "insert ctrl+n", "Tags", "Add an element, or an item of a sequence.", "tags.add_element",
            (TAGS,)),
    Command("tags.remove", "delete", "Tags", "Take the element or item out.", "tags.remove_element", (TAGS,)),
    Command("tags.examine", "x", "Tags", "The whole value: text, hex, base64.", "tags.examine", (TAGS,), "value"),
    Command("tags.compare", "X", "Tags", "What differs from another image, or a file.", "tags.compare", (TAGS,),
            "compare"),
    Command("tags.survey", "S", "Tags", "What is constant, varying, missing in the series.", "tags.survey", (TAGS,)),
    Command("tags.summary", "Q", "Tags", "Patient, study and series on a sheet.", "tags.summary", (TAGS,)),
    Command("tags.write", "W", "Tags", "Value, row or table as text, CSV or JSON.", "tags.write_out", (TAGS,)),
    Command("tags.private", "P", "Tags", "Private elements on and off.", "tags.toggle_private", (TAGS,)),
    Command("tags.empty", "B", "Tags", "Empty elements on and off.", "tags.toggle_empty", (TAGS,)),
    Command("tags.changes", "C", "Tags", "Only what changed since the last image, or all.",
            _always(act.ToggleTagChanges()), (TAGS,)),
    Command("edit.save", "ctrl+s", "Tags", "Save the edits.", "tags.save"),
    Command("edit.batch", "b", "Tags", "Edit many files, with a preview.", "tags.batch"),
    Command("file.validate", "! ！", "Tags", "What is wrong with the file.", "tags.validate"),
    Command("edit.undo", "u", "Tags", "Take the last edit back.", _always(UndoEdit())),
    Command("edit.redo", "U", "Tags", "Make it again.", _always(RedoEdit())),
    Command("tags.jump", "t", "Tags", "Go to a tag by its number or keyword.", "tags.jump_to_tag", (TAGS,)),
)  # fmt: skip

NOT_A_KEY: dict[type[object], str] = {
    act.Export: "`picture.export`, and the sheet of `files.export`",
    act.Convert: "the sheet of `files.import`",
    act.Open: "the words of the command line",
    act.Select: "the tree's cursor",
    act.ResizeViewport: "the size of the image pane",
    act.AdvanceCine: "the clock of the cine",
    act.SearchTags: "the filter's text",
    act.SetVoi: "the text after `window.type`",
    ReviewAnonymize: "the sheet of `files.anonymize`",
    act.PreviewAnonymize: "the sheet of `files.anonymize`",
    act.Anonymize: "the sheet of `files.anonymize`",
    MakeMask: "the command `mask`",
    SetMask: "the sheet of `mask.type`",
    ToggleCut: "`planes.toggle`",
    WritePlanes: "`picture.export` while planes are shown",
    ToggleGauge: "`measure.statistics`, `measure.length` and `measure.angle`",
    ShowOverlays: "the sheet of `overlays.choose`",
    UseState: "the sheet of `overlays.choose`",
    SetOpacity: "the sheet of `overlays.choose`",
    Measure: "the command `measure`",
    Ask: "what a dialog asks",
    ChangeTag: "the text typed over a value",
    SaveEdits: "the sheet of `edit.save`",
    WriteEdits: "the sheet of `edit.batch`",
    SaveText: "the sheet of `tags.write`",
}
"""Actions that no row makes, and what makes them."""
