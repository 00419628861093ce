"""Rules and tables of other packages: one that is installed for real, and some that don't work."""

from __future__ import annotations

import importlib
import json
import os
import site
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from losslint import cli, rule

CHECKOUT = Path(__file__).resolve().parent.parent
PLUGIN = CHECKOUT / "fixtures" / "plugin"


class Environment:
    """A virtual environment with losslint in it, as wheels are installed; its dependencies are this environment's."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=True)
        self.folder = folder
        self.bin = folder / ("Scripts" if os.name == "nt" else "bin")
        found = self.python("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
        paths = [path for path in (*site.getsitepackages(), *sys.path) if path.endswith("site-packages")]
        (Path(found) / "dependencies.pth").write_text("".join(f"{path}\n" for path in dict.fromkeys(paths)))

    def python(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.run(
            [self.bin / "python", *arguments],
            cwd=cwd or self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def install(self, *trees: Path) -> None:
        options = ["--no-index", "--no-deps", "--no-build-isolation", "--ignore-installed", "--disable-pip-version-check"]
        done = self.python("-m", "pip", "install", "--quiet", *options, *map(str, trees))
        assert done.returncode == 0, done.stdout + done.stderr

    def losslint(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "losslint", *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    made = Environment(tmp_path_factory.mktemp("environment"))
    made.install(CHECKOUT, PLUGIN)
    where = made.python("-c", "import losslint, losslint_rules; print(losslint.__file__, losslint_rules.__file__)").stdout
    assert all(str(made.bin.parent) in path for path in where.split()), where
    return made


def test_its_rule_is_listed_and_explained(environment: Environment) -> None:
    listed = json.loads(environment.losslint("--list-rules", "--output-format", "json").stdout)
    codes = [found["code"] for found in listed]
    assert "AC101" in codes and "LL101" in codes
    assert codes == sorted(codes)
    done = environment.losslint("--explain", "focal-gamma-of-zero")
    assert done.returncode == 0
    assert done.stdout.startswith("AC101 focal-gamma-of-zero (warning; fix: unsafe)\n\nA focal loss with gamma = 0")
    assert "## Why is this bad?" in done.stdout


def test_it_finds_and_mends(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    bad = (PLUGIN / "fixtures/rules/focal-gamma-of-zero/bad.py").read_text()
    (tmp_path / "bad.py").write_text(bad)
    for path in (PLUGIN / "fixtures/projects/distillation").glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text())
    done = environment.losslint("--output-format", "concise", "--quiet", cwd=tmp_path)
    assert [line.split(": ")[:2] for line in done.stdout.splitlines()] == [
        ["bad.py:9:12", "AC101 focal-gamma-of-zero"],
        ["bad.py:13:12", "AC101 focal-gamma-of-zero"],
        ["train.py:9:12", "LL101 softmax-before-cross-entropy"],
    ]
    assert environment.losslint("--ignore", "AC,LL101", cwd=tmp_path).returncode == 0
    done = environment.losslint("--fix", "--unsafe-fixes", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "bad.py").read_text() == bad.replace("gamma=0)", "gamma=2.0)").replace("(0.0)", "(2.0)")


def test_its_own_tests(environment: Environment) -> None:
    done = environment.python("-m", "pytest", "-q", "-p", "no:cacheprovider", str(PLUGIN / "tests"), cwd=PLUGIN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


def test_a_new_rule_is_ready_to_run(environment: Environment, tmp_path: Path) -> None:
    """In an empty folder there's a package afterwards, whose tests pass; the second rule goes beside the first."""
    done = environment.losslint("--new-rule", "smoothing-too-strong", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        "fixtures/rules/smoothing-too-strong/bad.py",
        "fixtures/rules/smoothing-too-strong/good.py",
        "my_rules/__init__.py",
        "my_rules/smoothing_too_strong.py",
        "pyproject.toml",
        "tests/test_rules.py",
    ]
    environment.install(tmp_path)
    try:
        explained = environment.losslint("--explain", "MY101", cwd=tmp_path)
        assert "smoothing-too-strong" in explained.stdout, explained.stderr
        tests = environment.python("-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
        assert "3 passed" in tests.stdout, tests.stdout
        second = environment.losslint("--new-rule", "another-rule", cwd=tmp_path)
        assert second.stdout.split()[-1] == "my_rules/another_rule.py"
        assert "Written as MY102." in second.stderr
        again = environment.losslint("--new-rule", "another-rule", cwd=tmp_path)
        assert again.returncode == 2
        assert "already" in again.stderr
    finally:
        environment.python("-m", "pip", "uninstall", "--yes", "--quiet", "my-losslint-rules")


# --------------------------------------------------------------------------------------------------- what doesn't work

RULE = """\
from losslint.rule import Rule


class Mine(Rule):
    \"\"\"A rule.\"\"\"

    code = "XY101"
    name = "my-own"
    severity = "error"
    wants_all = True

    def visit_LossCall(self, node, call, context):
        yield self.finding(call, "Found.")
"""
PROGRAM = "import torch.nn as nn\n\n\ndef f(x, y):\n    return nn.CrossEntropyLoss()(x, y)\n"


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The module of the rule in a plugin that is found as an installed one is; a program is in the current folder."""
    folder = tmp_path / "site"
    info = folder / "xy-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: xy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[losslint.rules]\nxy = xy_rules\n")
    (folder / "xy_rules").mkdir()
    (folder / "xy_rules" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(folder))
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").touch()
    (project / "a.py").write_text(PROGRAM)
    monkeypatch.chdir(project)
    importlib.invalidate_caches()
    rule._installed.cache_clear()
    yield folder / "xy_rules" / "mine.py"
    for name in [name for name in sys.modules if name.startswith("xy_rules")]:
        del sys.modules[name]
    rule._installed.cache_clear()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    captured = capsys.readouterr()
    return int(caught.value.code or 0), captured.out, captured.err


def test_one_that_works(plugin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugin.write_text(RULE)
    assert run(capsys, "--output-format", "concise", "-q") == (1, "a.py:5:12: XY101 my-own: Found.\n", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import nothing_of_that_name", "can't be imported: ModuleNotFoundError"),
        ("raise SystemExit(3)", "can't be imported: SystemExit: 3"),
        ("x = (", "can't be imported: SyntaxError"),
        (RULE.replace("XY101", "xy-101"), "rule Mine is passed over: its code must be capital letters and digits"),
        (RULE.replace("my-own", "My Own"), "rule Mine is passed over: its name must be words in lower case"),
        (RULE.replace('"error"', '"fatal"'), "rule Mine is passed over: its severity must be one of"),
        (RULE.replace("XY101", "LL101"), "passed over: LL101 softmax-before-cross-entropy is there already"),
    ],
)
def test_one_that_can_not_be_used(plugin: Path, capsys: pytest.CaptureFixture[str], text: str, message: str) -> None:
    """It is named and passed over, the others go on, and the status is 2."""
    plugin.write_text(text + "\n")
    bad = PROGRAM.replace("(x, y)\n", "(x.softmax(1), y)\n")
    Path("a.py").write_text(bad)
    status, out, err = run(capsys, "--output-format", "concise")
    assert status == 2
    assert "a.py:5:12: LL101 " in out
    assert "1 plugin could not be used." in out
    assert err.startswith("the plugin 'xy' (losslint.rules: xy_rules): error: ")
    assert message in err
    content = json.loads(run(capsys, "--output-format", "json")[1])
    assert [error["path"] for error in content["errors"]] == ["the plugin 'xy' (losslint.rules: xy_rules)"]
    for output_format in ("sarif", "github", "gitlab", "junit", "html"):
        status, out, _ = run(capsys, "--output-format", output_format)
        assert status == 2
        assert "xy_rules" in out
    assert run(capsys, "--list-rules")[0] == 2
    status, _, err = run(capsys, "--select", "XY999")
    assert status == 2
    assert "the plugin 'xy'" in err


def test_one_that_raises(plugin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugin.write_text(RULE.replace('yield self.finding(call, "Found.")', "yield 1 / 0"))
    Path("a.py").write_text(PROGRAM.replace("(x, y)\n", "(x.softmax(1), y)\n"))
    status, out, err = run(capsys, "--output-format", "concise")
    assert status == 2
    assert "LL101" in out
    assert err == "a.py: error: the rule my-own failed here: ZeroDivisionError: division by zero\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Nice", "is no rule's name"),
        ("one", "is no rule's name"),
        ("softmax-before-cross-entropy", "there is a rule 'softmax-before-cross-entropy' already"),
        ("a-rule", "pyproject.toml names no package of rules"),
    ],
)
def test_a_new_rule_that_can_not_be(plugin: Path, capsys: pytest.CaptureFixture[str], name: str, message: str) -> None:
    before = sorted(Path.cwd().rglob("*"))
    status, _, err = run(capsys, "--new-rule", name)
    assert status == 2
    assert message in " ".join(err.split())
    assert sorted(Path.cwd().rglob("*")) == before
