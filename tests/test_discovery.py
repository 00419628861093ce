"""Which files are linted."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from losslint.discovery import File, discover, project_root
from losslint.settings import Settings

Tree = Callable[..., None]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """Makes empty files (or with a text) in the current folder, which is a new one."""
    monkeypatch.chdir(tmp_path)

    def make(*paths: str, **texts: str) -> None:
        for path in paths:
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        for path, text in texts.items():
            (tmp_path / path).write_text(text, encoding="utf-8")

    return make


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def shown(*paths: str, settings: Settings | None = None) -> list[str]:
    found = discover(paths or (".",), settings or Settings())
    assert not found.errors
    return [file.shown for file in found.files]


def test_python_and_notebooks(tree: Tree) -> None:
    tree("b.py", "a.py", "a.pyi", "nb.ipynb", "text.txt", "pkg/c.py", "pkg/.hidden/d.py")
    assert shown() == ["a.py", "b.py", "nb.ipynb", "pkg/.hidden/d.py", "pkg/c.py"]
    assert shown("pkg") == ["pkg/.hidden/d.py", "pkg/c.py"]
    assert shown("b.py", "pkg", "./pkg/c.py", ".") == shown()


def test_named_files_are_always_linted(tree: Tree) -> None:
    tree("script", "x.pyi", "build/a.py", "node_modules/b.py")
    write(".gitignore", "*.py\n")
    (Path() / ".git").mkdir()
    assert shown("script", "x.pyi", "build/a.py", "node_modules/b.py") == [
        "build/a.py",
        "node_modules/b.py",
        "script",
        "x.pyi",
    ]
    assert shown() == []


def test_left_out_folders(tree: Tree) -> None:
    tree("a.py", ".venv/b.py", "x/node_modules/c.py", "__pycache__/d.py", "x/.ipynb_checkpoints/e.ipynb", "build/f.py")
    assert shown() == ["a.py"]
    # Whoever names such a folder wants it.
    assert shown("build") == ["build/f.py"]
    assert shown(settings=Settings(exclude=())) == sorted(
        ["a.py", ".venv/b.py", "x/node_modules/c.py", "__pycache__/d.py", "x/.ipynb_checkpoints/e.ipynb", "build/f.py"]
    )
    assert shown(settings=Settings(extend_exclude=("a.py",))) == []


def test_patterns_to_leave_out(tree: Tree) -> None:
    tree("a.py", "test_a.py", "x/test_b.py", "x/y/c.py", "z/y/d.py")
    assert shown(settings=Settings(extend_exclude=("test_*.py", "x/y/"))) == ["a.py", "z/y/d.py"]
    os.chdir("x")
    assert shown(settings=Settings(extend_exclude=("/x/y",), root=Path("..").resolve())) == ["test_b.py"]


def test_a_folder_named_like_a_file(tree: Tree) -> None:
    tree("x.py/a.py", "y.ipynb/b.py")
    assert shown() == ["x.py/a.py", "y.ipynb/b.py"]
    assert shown("x.py") == ["x.py/a.py"]


def test_missing_paths(tree: Tree) -> None:
    tree("a.py")
    found = discover(["none.py", "a.py", "no/folder", "a\0b"], Settings())
    assert [file.shown for file in found.files] == ["a.py"]
    assert [error.path for error in found.errors] == ["none.py", "no/folder", "a\0b"]
    assert found.errors[0].message == "no such file or folder"


def test_what_is_no_file(tree: Tree) -> None:
    tree("a.py")
    os.mkfifo("pipe.py")
    assert shown() == ["a.py"]
    assert [error.message for error in discover(["pipe.py"], Settings()).errors] == ["is not a regular file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission(tree: Tree) -> None:
    tree("a.py", "secret/b.py")
    os.chmod("secret", 0)
    found = discover(["."], Settings())
    assert [file.shown for file in found.files] == ["a.py"]
    assert [(error.path, error.message) for error in found.errors] == [("secret", "can't be read: Permission denied")]


def test_links(tree: Tree) -> None:
    tree("a/b.py", "outside/c.py", "pkg/x.py")
    os.symlink("..", "a/loop")
    os.symlink(os.path.abspath("a/b.py"), "a/a_link.py")
    os.symlink("nowhere", "a/dead.py")
    os.symlink(os.path.abspath("outside/c.py"), "pkg/link.py")
    os.symlink(os.path.abspath("a"), "named")
    # A link in the tree counts where its target isn't in it; a folder that was named may be a link.
    assert shown("a") == ["a/b.py"]
    assert shown("pkg") == ["pkg/link.py", "pkg/x.py"]
    assert shown() == ["a/b.py", "outside/c.py", "pkg/x.py"]
    assert shown("named") == ["named/b.py"]


def test_paths_outside_of_the_current_folder(tree: Tree) -> None:
    tree("a/x.py", "b/y.py")
    os.chdir("a")
    assert shown("../b") == ["../b/y.py"]
    assert shown(os.path.abspath("x.py")) == ["x.py"]
    assert shown("..") == ["../a/x.py", "../b/y.py"]


GITIGNORE = {
    ".gitignore": "*_gen.py\n/top.py\nout/\n!keep_gen.py\n# comment\n\nsp\\ ace.py\nd/**/deep.py\n[\n",
    "sub/.gitignore": "local.py\n!a_gen.py\n/anchored.py\n",
    "sub/all/.gitignore": "*\n!.gitignore\n",
}
FILES = [
    "a.py", "a_gen.py", "keep_gen.py", "top.py", "sub/top.py", "out/x.py", "sub/out/y.py", "sp ace.py", "d/e/f/deep.py",
    "d/deep.py", "deep.py", "sub/local.py", "local.py", "sub/a_gen.py", "sub/b_gen.py", "sub/anchored.py",
    "sub/x/anchored.py", "sub/all/z.py", "info.py", "sub/info.py", "outer.py",
]  # fmt: skip


@pytest.mark.parametrize("start", [".", "sub", "sub/all", "out"])
def test_as_git_sees_them(tree: Tree, start: str) -> None:
    """The files are those that git itself lists."""
    tree(*FILES)
    subprocess.run(["git", "init", "-q", "."], check=True)
    for path, text in GITIGNORE.items():
        write(path, text)
    write(".git/info/exclude", "info.py\n")
    command = ["git", "ls-files", "--others", "--exclude-standard", "--full-name", "--", ":/*.py"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    git = sorted(line.strip('"') for line in listed.splitlines())
    expected = [path for path in git if start == "." or path.startswith(f"{start}/")]
    if start == "out":
        # An ignored folder that was named: git lists nothing, but it's what was asked for.
        expected = ["out/x.py"]
    if start == "sub/all":
        assert expected == []
    assert shown(start) == expected


def test_ignore_files_without_a_repository(tree: Tree) -> None:
    tree("a.py", "b.py")
    write(".gitignore", "b.py\n")
    assert shown() == ["a.py"]


def test_a_worktree(tree: Tree) -> None:
    tree("work/a.py", "work/b.py")
    write("main/.git/worktrees/w/commondir", "../..\n")
    write("main/.git/info/exclude", "b.py\n")
    write("work/.git", f"gitdir: {os.path.abspath('main/.git/worktrees/w')}\n")
    assert shown("work") == ["work/a.py"]


def test_deep_trees(tree: Tree) -> None:
    folder = "/".join(["d"] * 400)
    tree(f"{folder}/a.py")
    assert shown() == [f"{folder}/a.py"]


def test_project_roots(tree: Tree) -> None:
    tree("p/pyproject.toml", "p/a/b.py", "q/.git/x", "q/sub/setup.py", "q/sub/c.py", "q/d.py", "r/s/e.py")
    roots = {file.shown: root_of(file) for file in discover(["p", "q", "r"], Settings()).files}
    assert roots["p/a/b.py"] == "p"
    assert roots["q/sub/c.py"] == "q/sub"
    assert roots["q/d.py"] == "q"
    # Neither marks nor a repository above (unless the tests' own folder is in one).
    assert roots["r/s/e.py"] == "r"
    assert root_of(discover(["r/s/e.py"], Settings()).files[0]) == "r/s"


def root_of(file: File) -> str:
    return os.path.relpath(project_root(file))
