"""The part of a text that bears on a question: whole words, who speaks, and what was left out."""

from memory.passages import best_excerpt

FILLER = "Nothing of note was said about anything at all that day. "
TALK = (
    f"Customer: {FILLER * 12}\nStaff: {FILLER * 9}We will send the invoice on Monday. {FILLER * 9}\nCustomer: Thanks."
)


def test_a_short_text_is_whole():
    assert best_excerpt("Hello there.", "anything", 100) == "Hello there."
    assert best_excerpt("", "anything", 100) == ""


def test_an_excerpt_says_who_speaks_and_what_is_left_out():
    shown = best_excerpt(TALK, "when comes the invoice?", 400)
    assert "We will send the invoice on Monday." in shown
    assert shown.startswith("Staff: … ")
    assert shown.endswith(" …")
    assert len(shown) <= 400
    assert best_excerpt(TALK, "", 400).startswith("Customer: Nothing")


def test_an_excerpt_begins_with_a_whole_word():
    words = " ".join(f"word{number:04}" for number in range(400)) + " invoice"
    for size in range(60, 500, 7):
        begun = best_excerpt(words, "invoice", size).removeprefix("… ").split()[0]
        assert begun in words.split()


def test_a_language_without_spaces_is_cut_anywhere():
    assert best_excerpt("我们更喜欢电子邮件" * 100, "邮件", 60)
