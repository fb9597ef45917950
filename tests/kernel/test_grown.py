"""What grew: what an author does not know stays, what they know and did not give is its default."""

from msgspec import Struct

from console.kernel.grown import names_of, with_unknown


class Inner(Struct, frozen=True):
    """Something inside."""

    one: int = 0
    two: int = 0


class Outer(Struct, frozen=True):
    """Something that is given whole."""

    name: str
    inner: Inner = Inner()
    maybe: Inner | None = None
    many: tuple[Inner, ...] = ()


BEFORE = Outer("old", Inner(1, 2), Inner(3, 4), (Inner(5, 6),))


def test_names_go_into_what_is_inside_but_not_into_lists() -> None:
    assert names_of(Outer) == ("name", "inner", "inner.one", "inner.two", "maybe", "many")


def test_whoever_knows_all_changes_all() -> None:
    assert with_unknown(Outer("new"), BEFORE, names_of(Outer)) == Outer("new")


def test_what_is_not_known_stays() -> None:
    given = Outer("new", Inner(7))
    after = with_unknown(given, BEFORE, ("name", "inner", "inner.one", "something.later"))
    assert after == Outer("new", Inner(7, 2), Inner(3, 4), (Inner(5, 6),))


def test_what_comes_whole_or_not_at_all_is_taken_as_it_is() -> None:
    known = ("name", "inner", "maybe", "maybe.one", "many")
    after = with_unknown(Outer("new"), BEFORE, known)
    assert (after.inner, after.maybe, after.many) == (Inner(1, 2), None, ())
    after = with_unknown(Outer("new", maybe=Inner(8)), BEFORE, known)
    assert after.maybe == Inner(8, 4)
