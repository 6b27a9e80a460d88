"""The screen that the tests look at."""

from tests.screens import Screen


def test_text_stands_where_it_was_put_however_the_output_is_cut() -> None:
    output = "\x1b[2J\x1b[1;1H\x1b[1mab\x1b[0m\x1b[2;3H王é\x1b]0;title\x07\x1b[2;7Hx\x1b[1;2H\x1b[K\x07".encode()
    whole = Screen(10, 3)
    whole.feed(output)
    bytewise = Screen(10, 3)
    for number in range(len(output)):
        bytewise.feed(output[number : number + 1])
    assert whole.lines() == bytewise.lines() == ["a         ", "  王é x   ", " " * 10]
    assert whole.strange == bytewise.strange == ["\x1b]0;title\x07", "\x07"]
