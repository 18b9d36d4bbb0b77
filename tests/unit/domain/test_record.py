"""Reading RECORD."""

from venvoy.domain.record import Entry, read


def test_paths_with_commas_and_quotes_and_entries_without_a_size() -> None:
    text = 'a.py,sha256=x,12\n"b,c.py",sha256=y,0\n"d""q.py",,7\nx/RECORD,,\n\nlonely.py\n'
    assert list(read(text)) == [
        Entry("a.py", 12),
        Entry("b,c.py", 0),
        Entry('d"q.py', 7),
        Entry("x/RECORD", None),
        Entry("lonely.py", None),
    ]


def test_a_size_that_is_none_is_not_believed() -> None:
    assert [entry.size for entry in read("a,h,-1\nb,h,x\nc,h,１２\n")] == [None, None, None]
