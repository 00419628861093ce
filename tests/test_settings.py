"""What is set: in pyproject.toml, in losslint.toml, and on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from command import Run

from losslint.hierarchy import find, load
from losslint.settings import Selection, Settings, SettingsError, check_selectors

BAD = """\
import torch.nn.functional as F

def train(x, y, w):
    return F.cross_entropy(F.softmax(F.linear(x, w), dim=1), y)
"""

RULES = [
    ("LL101", "softmax-before-cross-entropy"),
    ("LL102", "log-softmax-before-cross-entropy"),
    ("LL110", "argmax-before-loss"),
    ("LL201", "bce-integer-labels"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


# ---- which rules


@pytest.mark.parametrize(
    ("select", "ignore", "on"),
    [
        (("ALL",), (), "101 102 110 201"),
        ((), (), ""),
        (("LL1",), (), "101 102 110"),
        (("LL10",), (), "101 102"),
        (("LL",), ("LL1",), "201"),
        (("LL1", "LL201"), ("LL10",), "110 201"),
        (("LL101",), ("LL1",), "101"),
        (("ALL",), ("LL1",), "201"),
        (("softmax-before-cross-entropy",), ("ALL",), "101"),
        (("LL101",), ("softmax-before-cross-entropy",), ""),
        (("ALL",), ("ALL",), ""),
        (("LL1",), ("argmax-before-loss",), "101 102"),
    ],
)
def test_the_more_specific_selector_wins(select: tuple[str, ...], ignore: tuple[str, ...], on: str) -> None:
    settings = Settings(select=select, ignore=ignore)
    assert " ".join(code[2:] for code, name in RULES if settings.selects(code, name)) == on


@pytest.mark.parametrize(
    ("settings", "given", "on"),
    [
        (Settings(select=("LL2",), extend_select=("LL101",)), Selection(), "101 201"),
        (Settings(extend_select=("LL101",), ignore=("LL1",)), Selection(), "101 201"),
        # What the command line selects replaces all that the settings say, also what they ignore.
        (Settings(select=("LL2",), ignore=("LL101",)), Selection(select=("LL101",)), "101"),
        (Settings(select=("LL2",)), Selection(select=("LL1",), ignore=("LL102",)), "101 110"),
        (Settings(select=("LL101", "LL2")), Selection(extend_select=("LL110",)), "101 110 201"),
        (Settings(ignore=("LL110",)), Selection(extend_select=("LL110",)), "101 102 110 201"),
        # What it ignores comes after them, however specific they are.
        (Settings(select=("LL101", "LL2")), Selection(ignore=("LL1",)), "201"),
        (Settings(ignore=("LL102",)), Selection(ignore=("LL101",)), "110 201"),
        (Settings(), Selection(extend_select=("LL101",), ignore=("LL1",)), "101 201"),
    ],
)
def test_the_command_line_comes_after_the_settings(settings: Settings, given: Selection, on: str) -> None:
    settings = replace(settings, command_line=given)
    assert " ".join(code[2:] for code, name in RULES if settings.selects(code, name)) == on


@pytest.mark.parametrize(
    ("selector", "near"),
    [
        ("softmax-before-crossentropy", "softmax-before-cross-entropy"),
        ("LL2O1", "LL201"),
        ("ll201", "LL201"),
        ("all", "ALL"),
        ("", None),
        ("E501", None),
    ],
)
def test_unknown_selectors(selector: str, near: str | None) -> None:
    with pytest.raises(SettingsError) as caught:
        check_selectors([selector], RULES, "--select")
    assert str(caught.value).startswith(f"--select: unknown rule {selector!r}")
    assert (near is None) == ("did you mean" not in str(caught.value))
    assert near is None or near in str(caught.value)


def test_known_selectors() -> None:
    check_selectors(["ALL", "LL", "LL1", "LL10", "LL101", "argmax-before-loss"], RULES, "--select")


def test_severities() -> None:
    assert [Settings().fails(severity) for severity in ("error", "warning", "info")] == [True, True, False]
    assert Settings(fail_on="info").fails("info")
    assert not Settings(fail_on="error").fails("warning")


def test_pyproject() -> None:
    write("src/a.py", "")
    write(
        "pyproject.toml",
        '[tool.losslint]\nselect = ["LL1"]\nignore = ["LL102"]\nfail-on = "error"\noutput-format = "concise"\n'
        'extend-exclude = ["generated"]\nexclude = [".git"]\n',
    )
    for paths in ([], ["src"], ["src/a.py"], ["src/a.py", "src/none.py"]):
        settings = load(paths).run
        assert settings.root == Path.cwd()
    assert (settings.select, settings.ignore, settings.fail_on) == (("LL1",), ("LL102",), "error")
    assert (settings.output_format, settings.exclude) == ("concise", (".git",))
    assert settings.extend_exclude == ("generated",)


def test_the_nearest_pyproject_with_a_table() -> None:
    write("inner/a.py", "")
    write("pyproject.toml", "[tool.losslint]\n")
    write("inner/pyproject.toml", "[tool.other]\n")
    assert find(["inner"]) == Path.cwd() / "pyproject.toml"
    write("inner/pyproject.toml", "[tool.losslint]\n")
    assert find(["inner"]) == Path.cwd() / "inner/pyproject.toml"
    assert find(["inner", "."]) == Path.cwd() / "pyproject.toml"
    # Nothing above a repository belongs to it.
    write("inner/pyproject.toml", "[project]\n")
    Path("inner/.git").mkdir()
    assert find(["inner"]) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[tool.losslint]\nselekt = []",
            "pyproject.toml: [tool.losslint] has an unknown key 'selekt' (did you mean 'select'?)",
        ),
        ("[tool.losslint]\nfail_on = 'info'", "unknown key 'fail_on' (did you mean 'fail-on'?)"),
        ("[tool.losslint]\nselect = 'LL1'", "[tool.losslint] select must be a list of strings"),
        ("[tool.losslint]\nexclude = [1]", "exclude must be a list of strings"),
        (
            "[tool.losslint]\nfail-on = 'warn'",
            "must be one of info, warning, error, not 'warn' (did you mean 'warning'?)",
        ),
        ("[tool.losslint]\noutput-format = 3", "must be one of full, concise, json, sarif, github, gitlab, junit, html, not 3"),
        ("[tool.losslint]\nbackend = 'tf'", "[tool.losslint] backend must be one of tensorflow, torch, jax, not 'tf'"),
        ("[tool.losslint]\nrespect-gitignore = 'no'", "respect-gitignore must be true or false, not 'no'"),
        ("[tool.losslint]\nper-file-ignores = ['LL1']", "per-file-ignores must be a table"),
        ("[tool.losslint.per-file-ignores]\n'tests/*' = 'LL1'", "per-file-ignores.'tests/*' must be a list of strings"),
        ("[tool.losslint.per-file-ignores]\n'[' = ['LL1']", "per-file-ignores: '[' is no pattern as in a .gitignore file"),
        ("[tool.losslint.per-file-ignores]\n'!![a]' = ['LL1']", "a pattern can have one \"!\" before it"),
        ("[tool.losslint.per-file-ignores]\n'![p-e]' = ['LL1']", "'[p-e]' is no pattern"),
        (
            "[tool.losslint]\nexclude = ['a', 'b[p-e]']",
            "pyproject.toml: [tool.losslint] exclude: 'b[p-e]' is no pattern as in a .gitignore file: "
            "it has a range that is empty: p-e",
        ),
        ("[tool.losslint]\nextend-exclude = ['[[:letter:]]']", "it has a class of signs that nobody knows: [:letter:]"),
        ("[tool.losslint]\nextend-exclude = ['a\\']", "it ends with a backslash"),
        ("[tool.losslint]\nexclude = ['[a']", "it has a bracket that never closes"),
        ("[tool.losslint]\nexclude = ['#a']", "it fits nothing"),
        (f"[tool.losslint]\nexclude = ['{'*a' * 50_000}']", "it is longer than any path"),
        (f"[tool.losslint]\nexclude = ['{'*' * 100_000}']", "exclude has more than 50,000 characters of patterns"),
        (f"[tool.losslint]\nexclude = {'[' * 10_000}", "is nested too deeply"),
        (f"[tool.losslint]\na{'.a' * 20_000} = 1", "has keys of too many parts"),
        (f"[tool.losslint]\na = {'9' * 10_000}", "has a number of too many digits"),
        (f"[tool.losslint]\n{'#' * 1_000_001}", "is too large: it has more than 1,000,000 characters"),
        ("[tool.losslint.per-file-ignores]\n'a' = ['LL10', 'LL9']", "per-file-ignores.'a': unknown rule 'LL9'"),
        ("[tool.losslint]\nunfixable = ['LL999']", "[tool.losslint] unfixable: unknown rule 'LL999'"),
        ("[tool]\nlosslint = 3", "tool.losslint must be a table"),
        ("[tool.losslint\n", "pyproject.toml: is not TOML"),
    ],
)
def test_wrong_settings(text: str, message: str) -> None:
    write("pyproject.toml", text)
    with pytest.raises(SettingsError) as caught:
        load(["."], RULES)
    assert message in str(caught.value)


def test_the_mistakes_of_others() -> None:
    write("pyproject.toml", "[tool.black\n")
    assert load(["."]).run == Settings()


def test_losslint_toml() -> None:
    write("pyproject.toml", "[tool.losslint]\nselect = []\n")
    write("losslint.toml", 'select = ["LL1"]\n')
    write("src/a.py", "")
    assert load(["src"]).run.select == ("LL1",)
    assert load(["src"]).run.root == Path.cwd()
    write("src/pyproject.toml", "[tool.losslint]\nselect = []\n")
    assert load(["src"]).run.select == ()
    write("src/losslint.toml", "selekt = []\n")
    with pytest.raises(SettingsError) as caught:
        load(["src"])
    assert str(caught.value) == "src/losslint.toml: has an unknown key 'selekt' (did you mean 'select'?)"


# ---- what the settings do


def codes(run: Run, *arguments: str) -> list[str]:
    content = json.loads(run(*arguments, "--output-format", "json").out)
    assert content["errors"] == []
    return [f"{finding['path']}:{finding['code']}" for finding in content["findings"]]


def test_per_file_ignores(run: Run) -> None:
    write("a.py", BAD)
    write("tests/b.py", BAD)
    write("tests/deep/c.py", BAD)
    write("pyproject.toml", "[tool.losslint.per-file-ignores]\n'tests/' = ['softmax-before-cross-entropy']\n")
    assert codes(run) == ["a.py:LL101"]
    assert codes(run, "tests/b.py", "a.py") == ["a.py:LL101"]
    # "!" means all other files, as in ruff's settings.
    write("pyproject.toml", "[tool.losslint.per-file-ignores]\n'!tests/' = ['LL1']\n")
    assert codes(run) == ["tests/b.py:LL101", "tests/deep/c.py:LL101"]
    write("pyproject.toml", "[tool.losslint.per-file-ignores]\n'/tests/*.py' = ['LL2']\n'c.py' = ['ALL']\n")
    assert codes(run) == ["a.py:LL101", "tests/b.py:LL101"]


def test_unfixable(run: Run) -> None:
    write("a.py", BAD)
    fixed = BAD.replace("F.softmax(F.linear(x, w), dim=1)", "F.linear(x, w)")
    for setting in ("unfixable = ['LL101']", "fixable = ['LL2']", "fixable = ['ALL']\nunfixable = ['LL1']"):
        write("pyproject.toml", f"[tool.losslint]\n{setting}\n")
        (finding,) = json.loads(run("--fix", "--unsafe-fixes", "--output-format", "json").out)["findings"]
        assert finding["fix"]["applicability"] == "display"
        assert Path("a.py").read_text() == BAD
    write("pyproject.toml", "[tool.losslint]\nfixable = ['LL101']\nunfixable = ['LL1']\n")
    assert run("--fix").status == 0
    assert Path("a.py").read_text() == fixed


def test_respect_gitignore(run: Run) -> None:
    write("a.py", BAD)
    write("generated/b.py", BAD)
    write(".gitignore", "generated/\n")
    Path(".git").mkdir()
    assert codes(run) == ["a.py:LL101"]
    assert codes(run, "--config", "respect-gitignore=false") == ["a.py:LL101", "generated/b.py:LL101"]


KERAS = """\
import keras
from keras import layers

model = keras.Sequential([layers.Dense(10, activation="softmax")])
model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
"""


@pytest.mark.parametrize(
    ("backend", "severity"), [(None, "warning"), ("tensorflow", "warning"), ("torch", "error"), ("jax", "error")]
)
def test_the_backend_of_keras(run: Run, backend: str | None, severity: str) -> None:
    """TensorFlow's Keras looks behind the softmax and mends it; the other backends apply it twice."""
    write("a.py", KERAS)
    arguments = [] if backend is None else ["--config", f"backend={backend}"]
    (finding,) = json.loads(run("--output-format", "json", *arguments).out)["findings"]
    assert (finding["code"], finding["severity"]) == ("LL401", severity)
    # What is written as tf.keras runs on TensorFlow, whatever the project's other files do.
    write("a.py", KERAS.replace("import keras\nfrom keras", "import tensorflow as tf\nfrom tensorflow.keras").replace(
        "keras.Seq", "tf.keras.Seq").replace("keras.losses", "tf.keras.losses"))  # fmt: skip
    (finding,) = json.loads(run("--output-format", "json", *arguments).out)["findings"]
    assert (finding["code"], finding["severity"]) == ("LL401", "warning")


@pytest.mark.parametrize(
    ("backend", "effect"),
    [
        (None, "it clips them or divides them by their sum."),
        ("tensorflow", "it clips them to [0, 1]."),
        ("torch", "it divides them by their sum and clips them."),
    ],
)
def test_what_the_backend_does(run: Run, backend: str | None, effect: str) -> None:
    write("a.py", KERAS.replace(', activation="softmax"', "").replace("from_logits=True", ""))
    arguments = [] if backend is None else ["--config", f"backend={backend}"]
    (finding,) = json.loads(run("--output-format", "json", *arguments).out)["findings"]
    assert effect in finding["message"]


# ---- --config, --isolated, --show-settings, --show-files


def test_config(run: Run) -> None:
    write("a.py", BAD)
    write("pyproject.toml", "[tool.losslint]\nselect = ['LL2']\n")
    assert codes(run) == []
    assert codes(run, "--config", "select = ['LL101']") == ["a.py:LL101"]
    assert codes(run, "--config", "select=['LL2']", "--config", "extend-select=['LL101']") == ["a.py:LL101"]
    assert codes(run, "--isolated") == ["a.py:LL101"]
    assert codes(run, "--isolated", "--config", "per-file-ignores.'a.py'=['LL101']") == []
    write("other.toml", "select = ['LL1']\n")
    assert codes(run, "--config", "other.toml") == ["a.py:LL101"]
    assert run("--config", "fail-on=error", "--config", "other.toml").status == 1
    assert run("--exit-zero", "--config", "output-format=concise", "--config", "other.toml").out.startswith("a.py:4")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--config", "selekt=['LL1']"],
            "--config \"selekt=['LL1']\": has an unknown key 'selekt' (did you mean 'select'?)",
        ),
        (["--config", "select=['LL999']"], "select: unknown rule 'LL999'"),
        (["--config", "fail-on=warn"], "fail-on must be one of info, warning, error, not 'warn'"),
        (["--config", "select=LL1"], "select must be a list of strings"),
        (["--config", "select=['LL1'"], "is not KEY=VALUE, as TOML has it"),
        (["--config", "=x"], "is not KEY=VALUE"),
        (["--config", "none.toml"], "none.toml: can't be read"),
        (["--config", "a.toml", "--config", "b.toml"], "--config: there can be one settings file"),
        (["--config", "a.toml", "--isolated"], "--config: there can be one settings file, and none with --isolated"),
        (["--extend-select", "LL999"], "--extend-select: unknown rule 'LL999'"),
    ],
)
def test_wrong_config(run: Run, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert message in " ".join(done.err.split())


def test_show_settings(run: Run) -> None:
    write(
        "pyproject.toml",
        "[tool.losslint]\nselect = ['LL101', 'LL2']\nbackend = 'jax'\nper-file-ignores.'t*' = ['LL1']\n",
    )
    shown = run("--show-settings", "--ignore", "LL2").out
    assert shown.startswith("# pyproject.toml\n# rules: LL101\n")
    assert 'select = ["LL101", "LL2"]\n' in shown
    assert 'ignore = ["LL2"]\n' in shown
    assert 'backend = "jax"\n' in shown
    assert shown.endswith('\n[per-file-ignores]\n"t*" = ["LL1"]\n')
    # It is a losslint.toml that says the same.
    write("copy.toml", shown)
    again = run("--show-settings", "--config", "copy.toml").out
    assert again.splitlines()[1:] == shown.splitlines()[1:]
    assert run("--show-settings", "--isolated").out.startswith("# no settings file\n# rules: LL101, ")


def test_show_files(run: Run) -> None:
    for path in ("a.py", "b/c.ipynb", "b/d.txt", "build/e.py", "setup.py"):
        write(path, "")
    done = run("--show-files")
    assert (done.status, done.out) == (0, "a.py\nb/c.ipynb\nsetup.py\n")
    assert run("--show-files", "b", "--config", "extend-exclude=['c.*']").out == ""
    done = run("--show-files", "none.py", "a.py")
    assert (done.status, done.out, done.err) == (2, "a.py\n", "none.py: error: no such file or folder\n")


def test_settings_without_an_end(run: Run) -> None:
    write("a.py", "")
    for path in ("/dev/zero", "large.toml"):
        if path == "large.toml":
            write(path, "#" * 5_000_000)
        elif not Path(path).exists():
            continue
        done = run("--config", path, "a.py")
        assert done.status == 2
        assert "is too large to be a settings file" in done.err
    write("pyproject.toml", "#" * 5_000_000 + "\n[tool.losslint]\nselect = []\n")  # others' tables are their matter
    assert run("a.py").status == 0
