"""The documentation's examples."""

import dataclasses
import doctest
import importlib
import pkgutil

import pytest

import flashinator

MODULES = [f"flashinator.{module.name}" for module in pkgutil.iter_modules(flashinator.__path__)]


@pytest.mark.parametrize("name", ["flashinator", *MODULES])
def test_examples_of_the_documentation(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    public = [getattr(flashinator, name) for name in ("Analyser", "analyse", "table", "video_flashinator")]
    for item in public:
        assert any(test.examples for test in finder.find(item)), item


def test_everything_public_is_documented() -> None:
    for name in flashinator.__all__:
        item = getattr(flashinator, name)
        if isinstance(item, type):
            assert item.__doc__, name
            methods = [member for key, member in vars(item).items() if not key.startswith("_") and callable(member)]
            assert all(method.__doc__ for method in methods), name
        if dataclasses.is_dataclass(item):
            fields = [field.name for field in dataclasses.fields(item) if not field.name.startswith("_")]
            assert item.__doc__ and all(f"    {field}: " in item.__doc__ for field in fields), name
