"""Records do what the standard library's dataclasses do, but that nobody keeps one from being assigned to."""

from __future__ import annotations

import dataclasses
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from losslint import record


def _point(module: Any) -> type:
    @module.dataclass(frozen=True, slots=True, order=True)
    class Point:
        x: int
        y: float = 0.5
        names: list[str] = module.field(default_factory=list)
        note: str = module.field(default="", compare=False, repr=False)

        @property
        def doubled(self) -> int:
            return 2 * self.x

    return Point


def _box(module: Any) -> type:
    @module.dataclass
    class Box:
        """What holds things."""

        width: int = 1

    @module.dataclass(eq=False)
    class Deep(Box):
        depth: int = 2

        def __repr__(self) -> str:
            return "deep"

    return Deep


KINDS = [record, dataclasses]


@pytest.mark.parametrize("make", [_point, _box])
@pytest.mark.parametrize(
    "arguments, keywords",
    [((1,), {}), ((1, 2.0), {}), ((), {"width": 4}), ((3,), {"names": ["a"], "y": 1}), ((1, 2), {"depth": 9}), ((), {})],
)
def test_is_made_as_a_dataclass(make: Callable[..., type], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    said: list[Any] = []
    for kind in KINDS:
        cls = make(kind)
        for _ in range(2):  # what the first object leaves to the second
            try:
                said.append(repr(cls(*arguments, **keywords)).rpartition("<locals>.")[2])
            except TypeError as error:
                said.append((TypeError, str(error).rpartition("<locals>.")[2]))
    assert said[0] == said[1] == said[2] == said[3]


def test_compares_and_hashes_as_a_dataclass() -> None:
    for kind in KINDS:
        cls = _point(kind)
        same, other = cls(1, names=()), cls(1, names=(), note="elsewhere")
        assert same == other and hash(same) == hash(other) == hash((1, 0.5, ()))
        assert same != cls(2, names=()) and same != (1, 0.5, ()) and same.__eq__(1) is NotImplemented
        assert cls(1) < cls(2) and cls(2) >= cls(1) and cls(1) <= cls(1) and not cls(1) > cls(1)
        with pytest.raises(TypeError):
            cls(1) < 1  # noqa: B015
        with pytest.raises(TypeError):
            hash(cls(1))  # its list has none
        assert cls(1).names is not cls(1).names
        assert not hasattr(same, "__dict__")
        bare = kind.dataclass(frozen=True)(type("Bare", (), {"__annotations__": {"x": "int"}}))
        assert hash(bare(3)) == hash((3,)) and {bare(3), bare(3)} == {bare(3)}
        deep = _box(kind)
        assert deep(1) == deep(1, 7) != deep(2)  # as its base has it
        with pytest.raises(TypeError):
            hash(deep.__mro__[1]())


def test_is_one_to_dataclasses() -> None:
    for kind in KINDS:
        cls = _point(kind)
        one = cls(1, names=["a"])
        assert [field.name for field in dataclasses.fields(one)] == ["x", "y", "names", "note"]
        assert dataclasses.is_dataclass(one) and dataclasses.asdict(_box(kind)(3)) == {"width": 3, "depth": 2}
        assert dataclasses.replace(one, x=5) == kind.replace(one, x=5) == cls(5, names=["a"])
        assert cls.__match_args__ == ("x", "y", "names", "note")
        assert cls.__annotations__["x"] == "int"
        assert one.doubled == 2
        assert _box(kind).__mro__[1].__doc__ == "What holds things."


def test_importing_records_imports_no_dataclasses() -> None:
    text = "import sys; from losslint import cli, record; print('dataclasses' in sys.modules)"
    # What measures coverage imports modules of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run([sys.executable, "-c", text], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_what_others_get_is_frozen_and_goes_to_another_process() -> None:
    from losslint import Edit, Place

    place = Place("a.py", 1, 2, 3, 4)
    with pytest.raises(dataclasses.FrozenInstanceError):
        place.line = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del place.line  # type: ignore[misc]
    edit = Edit(place, "x")
    assert place.line == 1 and not hasattr(place, "__dict__")
    assert pickle.loads(pickle.dumps(edit)) == edit == dataclasses.replace(edit, place=Place("a.py", 1, 2, 3, 4))
    assert edit < dataclasses.replace(edit, text="y") and len({edit, dataclasses.replace(edit)}) == 1
