"""The files of a new rule: where rules are written already, beside them; elsewhere in a package of its own."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from pathlib import Path

from losslint.record import dataclass
from losslint.toml import TomlError, loads

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


class ScaffoldError(Exception):
    """A rule whose files can't be written, and why."""


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, relative to the folder, and what comes next."""

    paths: tuple[str, ...]
    next: str


def new_rule(name: str, folder: Path, codes: Sequence[str], names: Sequence[str]) -> Written:
    """Write the files of a rule into a project: the rule, a bad and a good program, and the test where there's none.

    A folder without a pyproject.toml becomes a package with one rule. `codes` and `names` are those that there are.
    Raises ScaffoldError, and has written nothing then.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ScaffoldError(f"{name!r} is no rule's name: two or more words in lower case, with hyphens between")
    if name in names:
        raise ScaffoldError(f"there is a rule {name!r} already")
    project = folder / "pyproject.toml"
    module = name.replace("-", "_")
    files: dict[Path, str] = {}
    if project.exists():
        package = _package(project)
        prefix = _prefix(package)
    else:
        package, prefix = folder / "my_rules", "MY"
        files[project] = _PROJECT
        files[package / "__init__.py"] = '"""Rules for losslint."""\n'
    code = _free(prefix, codes)
    title = name.title().replace("-", "")
    files[package / f"{module}.py"] = _RULE.format(code=code, name=name, title=title)
    files[folder / "fixtures" / "rules" / name / "bad.py"] = _BAD.format(code=code)
    files[folder / "fixtures" / "rules" / name / "good.py"] = _GOOD
    tests = folder / "tests" / "test_rules.py"
    if not tests.exists():
        files[tests] = _TEST
    taken = [path for path in files if path.exists() or path.is_symlink()]
    if taken:
        raise ScaffoldError(f"{taken[0].relative_to(folder)} is there already")
    install = "" if project.exists() else "pip install -e . && "
    made: list[Path] = []
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as stream:  # what is there already isn't written over
                made.append(path)
                stream.write(text)
        except OSError as error:
            for written in made:
                written.unlink()
            raise ScaffoldError(f"{path} can't be written: {error.strerror or error}") from None
    paths = tuple(sorted(path.relative_to(folder).as_posix() for path in files))
    return Written(paths, f"Written as {code}. Run it: {install}pytest tests")


def _package(project: Path) -> Path:
    """The folder of the package that the entry point of a project's rules names."""
    try:
        content = loads(project.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, TomlError) as error:
        raise ScaffoldError(f"{project.name} can't be read: {error}") from None
    table: object = content
    for key in ("project", "entry-points", "losslint.rules"):
        table = table.get(key) if isinstance(table, dict) else None
    points = [value for value in table.values() if isinstance(value, str)] if isinstance(table, dict) else []
    for point in points:
        for base in ("", "src", "rules"):
            package = project.parent / base / point.replace(".", "/")
            if (package / "__init__.py").exists():
                return package
    if points:
        raise ScaffoldError(f"the package {points[0]!r}, which {project.name} names, isn't found")
    raise ScaffoldError(
        f'{project.name} names no package of rules: [project.entry-points."losslint.rules"] and, below it, mine = "my_rules"'
    )


def _prefix(package: Path) -> str:
    """The letters that a package's codes begin with."""
    for path in sorted(package.glob("*.py")):
        if match := re.search(r'^    code = "([A-Z]+)\d+"', path.read_text(encoding="utf-8"), re.MULTILINE):
            return match.group(1)
    return "MY"


def _free(prefix: str, codes: Sequence[str]) -> str:
    """The next code: after the last one, and not among those that losslint has for itself."""
    numbers = [int(code[len(prefix) :]) for code in codes if re.fullmatch(rf"{prefix}\d+", code)]
    return f"{prefix}{max([number for number in numbers if number < 900], default=100) + 1}"


_PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "my-losslint-rules"
version = "0.1.0"
description = "Rules for losslint."
requires-python = ">=3.10"

[project.entry-points."losslint.rules"]
mine = "my_rules"

[tool.hatch.build.targets.wheel]
packages = ["my_rules"]

# Programs to lint: they aren't this project's own.
[tool.losslint]
extend-exclude = ["fixtures/"]
"""

_RULE = '''\
"""{code}: label smoothing that leaves nothing of the labels. An example: make it your own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LossCall, Rule, short_name

if TYPE_CHECKING:
    import libcst as cst


class {title}(Rule):
    """Label smoothing of 1.0 makes every class equally right.

    ## What it does
    Finds losses that are told `label_smoothing=1.0`.

    ## Why is this bad?
    The labels are mixed with the uniform distribution, all of it: the loss is the same for every label, and accuracy
    stays at 1 / C.

    ## Example
    ```python
    criterion = nn.CrossEntropyLoss(label_smoothing=1.0)
    ```

    ## Use instead
    ```python
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    ```

    ## Fix safety
    There is none: how much is right, a person has to say.

    ## References
    - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    """

    code = "{code}"
    name = "{name}"
    severity = "error"
    fix = "none"
    wants_all = True  # it doesn't ask what the loss gets

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if call.constant("label_smoothing") != 1.0:
            return
        says = f"{{short_name(call.shown)}} is told label_smoothing=1.0"
        yield self.finding(
            call, f"{{says}}: every class is equally right, and nothing is learned. Use 0.1.", context.trace(call, says)
        )
'''

_BAD = """\
import torch.nn as nn

model = nn.Linear(20, 10)
criterion = nn.CrossEntropyLoss(label_smoothing=1.0)


def train(x, y):
    return criterion(model(x), y)  # expect: {code}
"""

_GOOD = """\
import torch.nn as nn

model = nn.Linear(20, 10)
criterion = nn.CrossEntropyLoss(label_smoothing=0.1)


def train(x, y):
    return criterion(model(x), y)
"""

_TEST = '''\
"""The rules, on their fixtures."""

from pathlib import Path

import pytest
from losslint.testing import Fixture

FIXTURES = Path(__file__).parent.parent / "fixtures"
ALL = Fixture.of_rules(FIXTURES / "rules")


@pytest.mark.parametrize("fixture", ALL, ids=str)
def test_what_is_expected_is_found_and_nothing_else(fixture: Fixture) -> None:
    assert fixture.problems() == []


@pytest.mark.parametrize("fixture", [f for f in ALL if not f.is_good], ids=str)
def test_fixes(fixture: Fixture) -> None:
    assert fixture.fix_problems() == []
    assert fixture.alternative_problems() == []
'''
