"""Rules for burned-in text as others write them: scripts of CTP's DicomPixelAnonymizer, and recipes of deid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.core.deidentify.devices import EVERYTHING, All, AnyOf, Condition, Is, Not, Rule, Test
from tui.core.printable import printable
from tui.core.quantities import Box
from tui.errors import UsageError


def _wrong(line: int, what: str) -> UsageError:
    return UsageError(f"Line {line} of the rules for pictures: {what}", "Correct it, or take the rule out.")


def _pattern(value: str, line: int) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise _wrong(line, f"{printable(value, 40)} is no regular expression") from error
    return value


# ------------------------------------------------------------------------------------------------ CTP

_SIGNATURE = re.compile(r"\{(.*?)\}((?:\s*\([\d\s,]*\))*)", re.DOTALL)
_REGION = re.compile(r"\(([^)]*)\)")
_TOKENS = re.compile(
    r"\s*(?:(?P<tag>\[?[A-Za-z0-9_,:\[\]]+?\]?)\.(?P<test>[A-Za-z]+)\(\s*(?:\"(?P<value>[^\"]*)\")?\s*\)"
    r"|(?P<word>true|false)\.?|(?P<sign>[*+!()]))"
)


def ctp(text: str) -> Iterator[Rule]:
    """``title { expression } (left, top, width, height) ...``; ``*`` is and, ``+`` or, ``!`` not."""
    at = 0
    plain = re.sub(r"^\s*//[^\n]*", "", text, flags=re.MULTILINE)
    for match in _SIGNATURE.finditer(plain):
        line = plain.count("\n", 0, match.start()) + 1
        title = " ".join(plain[at : match.start()].split()) or f"line {line}"
        at = match.end()
        boxes = tuple(_region(region, line) for region in _REGION.findall(match[2]))
        if boxes:
            yield Rule(title[-80:], _Expression(match[1], line).whole(), boxes)


def _region(text: str, line: int) -> Box:
    numbers = [part.strip() for part in text.split(",")]
    if len(numbers) != 4 or not all(part.isdigit() and len(part) < 10 for part in numbers):
        raise _wrong(line, f"({printable(text, 40)}) is no rectangle")
    left, top, width, height = (int(part) for part in numbers)
    return left, top, width, height


class _Expression:
    """``a + b * !c``: and binds closer than or."""

    def __init__(self, text: str, line: int) -> None:
        self._line = line
        self._tokens: list[re.Match[str]] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKENS.match(text, at)
            if not match:
                raise _wrong(line, f"{printable(text[at:].strip(), 40)} is not understood")
            self._tokens.append(match)
            at = match.end()
        self._at = 0

    def whole(self) -> Condition:
        found = self._either(0)
        if self._at < len(self._tokens):
            raise _wrong(self._line, "a bracket is closed that was not opened")
        return found

    def _sign(self) -> str:
        return self._tokens[self._at]["sign"] or "" if self._at < len(self._tokens) else ""

    def _either(self, depth: int) -> Condition:
        if depth > 50:
            raise _wrong(self._line, "the brackets are nested too deep")
        parts = [self._both(depth)]
        while self._sign() == "+":
            self._at += 1
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _both(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._sign() == "*":
            self._at += 1
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Condition:
        if self._at >= len(self._tokens):
            raise _wrong(self._line, "the condition is not complete")
        token = self._tokens[self._at]
        self._at += 1
        if token["sign"] == "!":
            return Not(self._one(depth + 1))
        if token["sign"] == "(":
            inner = self._either(depth + 1)
            if self._sign() != ")":
                raise _wrong(self._line, "a bracket is not closed")
            self._at += 1
            return inner
        if token["sign"]:
            raise _wrong(self._line, "the condition is not complete")
        if token["word"]:
            return All(()) if token["word"] == "true" else AnyOf(())
        return self._is(token)

    def _is(self, token: re.Match[str]) -> Condition:
        name = re.sub(r"[\[\](),]", "", token["tag"])
        test = {kind.value: kind for kind in Test}.get(token["test"])
        if test is None or test is Test.FOUND or "::" in name:
            raise _wrong(self._line, f"{printable(token[0].strip(), 40)} is not understood")
        value = token["value"] or ""
        return Is(name, test, _pattern(value, self._line) if test is Test.MATCHES else value)


# ------------------------------------------------------------------------------------------------ deid

_TESTS = "contains|notcontains|equals|notequals|missing|empty|present"
_CRITERION = re.compile(rf"(?P<join>\|\||\+)?\s*(?P<test>{_TESTS})\s+(?P<attribute>\w+)(?P<value>.*)", re.IGNORECASE)
_BETWEEN = re.compile(rf"\s*(?=(?:\|\||\+)\s*(?:{_TESTS})\s)", re.IGNORECASE)


def deid(text: str) -> Iterator[Rule]:
    """Labels with criteria and coordinates; those without coordinates are filters and say nothing of rectangles."""
    name, when, boxes = "", None, list[Box]()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#")[0].strip()
        word = line.split(None, 1)[0].lower() if line else ""
        if word == "label" or word.startswith("%"):
            if when is not None and boxes:
                yield Rule(name, when, tuple(boxes))
            name, when, boxes = printable(line[5:].strip(), 80), None, []
        elif word in ("coordinates", "ctpcoordinates"):
            boxes += _coordinates(line[len(word) :], word, number)
        elif word in ("keepcoordinates", "ctpkeepcoordinates"):
            raise _wrong(number, f"{word} is not taken over")
        elif line and name and _CRITERION.match(line):
            parts = [part for part in _BETWEEN.split(line) if part]
            group = _criterion(parts[0], number)
            for part in parts[1:]:
                group = _joined(group, _criterion(part, number), part)
            when = group if when is None else _joined(when, group, line)
    if when is not None and boxes:
        yield Rule(name, when, tuple(boxes))


def _joined(one: Condition, other: Condition, line: str) -> Condition:
    return AnyOf((one, other)) if line.startswith("||") else All((one, other))


def _criterion(text: str, line: int) -> Condition:
    match = _CRITERION.match(text)
    if not match:
        raise _wrong(line, f"{printable(text, 40)} is not understood")
    attribute, value, test = match["attribute"], match["value"].strip(), match["test"].lower()
    if test in ("missing", "empty"):
        return Is(attribute, Test.BLANK)
    if test == "present":
        return Is(attribute, Test.PRESENT)
    pattern = _pattern(value, line)
    found = Is(attribute, Test.FOUND, rf"\A(?:{pattern})\Z" if test.endswith("equals") else pattern)
    return Not(found) if test.startswith("not") else found


def _coordinates(text: str, word: str, line: int) -> list[Box]:
    """Corners for ``coordinates``, corner and size for ``ctpcoordinates``; ``all`` is the whole picture."""
    if text.strip().lower() == "all":
        return [EVERYTHING]
    left, top, third, fourth = _region(text, line)
    if word.startswith("ctp"):
        return [(left, top, third, fourth)]
    return [(left, top, max(third - left, 0), max(fourth - top, 0))]
