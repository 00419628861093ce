"""Which backend computes a Keras loss, and what the findings say of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from losslint import discovery, session
from losslint.finding import Finding
from losslint.settings import Settings

SOFTMAX = """
model = keras.Sequential([keras.layers.Dense(5, activation="softmax")])
model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True))
"""
KERAS = "import keras\n" + SOFTMAX
FROM_TENSORFLOW = "from tensorflow import keras\n" + SOFTMAX


def lint(
    folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch, backend: str | None = None
) -> list[Finding]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "setup.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(folder)
    settings = replace(Settings(), backend=backend)  # type: ignore[arg-type]
    result = session.lint(discovery.discover(["."], settings).files, settings)
    assert result.errors == ()
    return list(result.findings)


def environment(name: str) -> str:
    return f'import os\nos.environ["KERAS_BACKEND"] = "{name}"\n'


@pytest.mark.parametrize(
    ("text", "backend", "expected"),
    [
        (KERAS, None, ("warning", "other backends")),
        (KERAS, "tensorflow", ("warning", "TensorFlow looks behind it")),
        (KERAS, "torch", ("error", "softmax is applied to it")),
        (KERAS, "jax", ("error", "softmax is applied to it")),
        (environment("torch") + KERAS, None, ("error", "softmax is applied to it")),
        (environment("jax") + KERAS, "tensorflow", ("error", "softmax is applied to it")),
        (environment("tensorflow") + KERAS, "jax", ("warning", "TensorFlow looks behind it")),
        ('import os\nos.environ.setdefault("KERAS_BACKEND", "jax")\n' + KERAS, None, ("error", "softmax is applied")),
        ('from os import environ\nenviron["KERAS_BACKEND"] = "jax"\n' + KERAS, None, ("error", "softmax is applied")),
        ('import keras\nkeras.config.set_backend("torch")\n' + SOFTMAX, None, ("error", "softmax is applied")),
        (f'import os\nos.environ["KERAS_BACKEND"] = name\n{KERAS}', "jax", ("warning", "other backends")),
        (f'import os\nif fast:\n    os.environ["KERAS_BACKEND"] = "jax"\n{KERAS}', None, ("warning", "other backends")),
        (environment("jax") + environment("torch") + KERAS, None, ("warning", "other backends")),
        (FROM_TENSORFLOW, None, ("warning", "TensorFlow looks behind it")),
        (FROM_TENSORFLOW, "jax", ("warning", "TensorFlow looks behind it")),
        (
            "import tensorflow as tf\n" + SOFTMAX.replace("keras", "tf.keras"),
            None,
            ("warning", "TensorFlow looks behind"),
        ),
        ("import tensorflow as tf\n" + KERAS, None, ("warning", "other backends")),
        ("import tf_keras as keras\n" + SOFTMAX, None, ("warning", "TensorFlow looks behind it")),
    ],
)
def test_the_backend_of_a_flag(
    text: str, backend: str | None, expected: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (finding,) = lint(tmp_path, {"a.py": text}, monkeypatch, backend)
    assert finding.code == "LL401"
    assert finding.severity == expected[0]
    assert expected[1] in finding.message


FUNCTION = (
    "import keras\n\ndef train(x, y):\n" + "\n".join(f"    {line}" for line in SOFTMAX.strip().splitlines()) + "\n"
)
MAIN = "from losses import train\ntrain(x, y)\n"


@pytest.mark.parametrize(
    ("files", "severity"),
    [
        ({"main.py": environment("jax") + MAIN, "losses.py": FUNCTION}, "error"),
        ({"main.py": "import chosen\n" + MAIN, "chosen.py": environment("jax"), "losses.py": FUNCTION}, "error"),
        ({"main.py": MAIN, "losses.py": FUNCTION}, "warning"),
        ({"a_other.py": environment("jax") + KERAS.replace("=True", "=False"), "train.py": KERAS}, "warning"),
        ({"train.py": "import chosen\n" + KERAS, "chosen.py": environment("torch")}, "error"),
        ({"main.py": environment("jax") + "import more\n" + MAIN, "more.py": "n = 1\n", "losses.py": FUNCTION}, "error"),
    ],
)
def test_what_is_chosen_holds_for_what_is_imported(
    files: dict[str, str], severity: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (finding,) = lint(tmp_path, files, monkeypatch)
    assert (finding.code, finding.severity) == ("LL401", severity)


def model(layers: str, loss: str) -> str:
    return f"import keras\nfrom keras import layers\nmodel = keras.Sequential([{layers}])\nmodel.compile(loss={loss})\n"


DENSE = 'layers.Dense(4, activation="softmax")'
TOLD = "keras.losses.CategoricalCrossentropy(from_logits=True)"
SIGMOIDS = model('layers.Dense(4, activation="sigmoid")', '"categorical_crossentropy"')
EXCLUSIVE = model(DENSE, '"binary_crossentropy"')
TWO = model('layers.Dense(2, activation="softmax")', '"binary_crossentropy"')
ONE = model('layers.Dense(1, activation="sigmoid")', '"categorical_crossentropy"')
ONE_SPARSE = model('layers.Dense(1, activation="sigmoid")', '"sparse_categorical_crossentropy"')
SPARSE = model("layers.Dense(4)", '"sparse_categorical_crossentropy"')


@pytest.mark.parametrize(
    ("text", "backend", "expected"),
    [
        # what stands between the activation and the loss
        (model(f"{DENSE}, layers.Reshape((4,))", TOLD), "tensorflow", [("LL401", "error", "softmax is applied to it")]),
        (model(f'{DENSE}, layers.Activation("linear")', TOLD), "tensorflow", [("LL401", "warning", "only warns")]),
        # a sigmoid with the categorical loss
        (SIGMOIDS, None, [("LL114", "warning", "the outputs don't sum to 1")]),
        (SIGMOIDS, "tensorflow", [("LL114", "warning", "TensorFlow trains a softmax that the outputs don't show")]),
        (SIGMOIDS, "jax", [("LL114", "warning", "divides them by their sum")]),
        # a softmax with the binary loss
        (EXCLUSIVE, None, [("LL113", "warning", "exclude each other. Use")]),
        (EXCLUSIVE, "tensorflow", [("LL113", "warning", "with TensorFlow it trains sigmoids")]),
        (EXCLUSIVE, "torch", [("LL113", "warning", "exclude each other. Use")]),
        (TWO, "tensorflow", [("LL113", "info", "with TensorFlow it trains two sigmoids")]),
        (TWO, None, [("LL113", "info", "with TensorFlow it trains two sigmoids")]),
        (TWO, "torch", []),
        # one unit with the categorical losses
        (ONE, "tensorflow", [("LL112", "error", "the gradient that comes back isn't its own")]),
        (ONE, "torch", [("LL112", "error", "no gradient comes back")]),
        (ONE_SPARSE, "tensorflow", [("LL112", "error", "it raises at the first label")]),
        (ONE_SPARSE, "torch", [("LL112", "error", "it raises at the first label")]),
        (ONE_SPARSE, "jax", [("LL112", "error", "no gradient comes back")]),
        # logits taken for probabilities: wrong on each
        (SPARSE, None, [("LL401", "error", "clips them or divides them by their sum")]),
        (SPARSE, "tensorflow", [("LL401", "error", "it clips them to [0, 1]")]),
        (SPARSE, "jax", [("LL401", "error", "it divides them by their sum")]),
    ],
)
def test_what_a_finding_says_of_the_backend(
    text: str,
    backend: str | None,
    expected: list[tuple[str, str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    findings = lint(tmp_path, {"a.py": text}, monkeypatch, backend)
    assert [(f.code, f.severity) for f in findings] == [(code, severity) for code, severity, _ in expected]
    for finding, (_, _, text) in zip(findings, expected, strict=True):
        assert text in finding.message
