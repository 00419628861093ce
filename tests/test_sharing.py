"""Fixes of what a program shares: a loss that is met elsewhere, an activation that leads to other losses."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from losslint import lint_sources, linting, sharing
from losslint.finding import Finding
from losslint.fix import fix_until_stable
from losslint.settings import Settings

MODEL = """\
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.score = nn.Linear(8, {units})

    def forward(self, x):
        return {activation}
"""
SIGMOID = MODEL.format(units=1, activation="torch.sigmoid(self.score(x))")
SOFTMAX = MODEL.format(units=5, activation="F.softmax(self.score(x), dim=1)")
LOG_SOFTMAX = MODEL.format(units=5, activation="F.log_softmax(self.score(x), dim=1)")

TRAIN = "from model import *\n\nmodel = Net()\ncriterion = {loss}\nloss = criterion(model(x), y)\n"


def findings(files: Mapping[str, str], settings: Settings | None = None) -> tuple[Finding, ...]:
    return lint_sources({path: text.encode() for path, text in files.items()}, settings=settings or Settings()).findings


def alone(
    files: Mapping[str, str], code: str, settings: Settings | None = None, number: int = 0
) -> dict[str, str] | None:
    """The program with one fix of the only finding of a rule made and nothing else; None where no fix is offered."""
    (finding,) = (f for f in findings(files, settings) if f.code == code)
    assert len(finding.fixes) > number
    fix = finding.fixes[number]
    if fix.applicability == "display":
        return None
    known = {path: text.encode() for path, text in files.items()}
    result = lint_sources(known, settings=settings or Settings())
    made = {
        path: result.sources[path].edited([edit for edit in fix.edits if edit.place.path == path]).decode()
        for path in {edit.place.path for edit in fix.edits}
    }
    return {**files, **made}


def is_clean(files: Mapping[str, str]) -> bool:
    return [f for f in findings(files) if f.severity != "info"] == []


def test_a_loss_that_another_file_makes() -> None:
    """It is mended where it is made, and what it is given stays as it is."""
    train = "from losses import criterion\nfrom model import *\n\ncriterion(Net()(x), y)\n"
    losses = "import torch.nn as nn\n\ncriterion = nn.{loss}()\n"
    files = {"model.py": SIGMOID, "losses.py": losses.format(loss="BCEWithLogitsLoss"), "train.py": train}
    assert alone(files, "LL104") == {**files, "losses.py": losses.format(loss="BCELoss")}


def test_decisions_that_another_file_makes() -> None:
    """What is written there is nothing that could be written in the loss' file."""
    train = (
        "from helpers import decide\nimport others_that_are_named_longer\nfrom sklearn.linear_model import LogisticRegression\n"
        "from sklearn.metrics import log_loss\n\nmodel = LogisticRegression().fit(x, y)\nlog_loss(y, decide(model, x))\n"
    )
    files = {"helpers.py": "def decide(model, x):\n    return model.predict(x)\n", "train.py": train}
    (finding,) = findings(files)
    assert (finding.code, finding.fixes) == ("LL115", ())


def test_an_activation_that_another_loss_needs() -> None:
    """The sigmoid goes, and with it the loss that took its result for what it is becomes the one that takes logits."""
    files = {
        "model.py": SIGMOID,
        "old.py": TRAIN.format(loss="nn.BCELoss()"),
        "new.py": TRAIN.format(loss="nn.BCEWithLogitsLoss(pos_weight=w)"),
    }
    after = alone(files, "LL104")
    assert after is not None
    assert "return self.score(x)" in after["model.py"]
    assert "criterion = nn.BCEWithLogitsLoss()" in after["old.py"]
    assert is_clean(after)
    said = {"LL104": "take the sigmoid away; BCEWithLogitsLoss takes logits"}
    for more in ({}, {"older.py": files["old.py"]}):
        assert {f.code: fix.message for f in findings({**files, **more}) for fix in f.fixes} == said


@pytest.mark.parametrize("loss", ["nn.MSELoss()", "nn.BCEWithLogitsLoss(pos_weight=w)"])
def test_an_activation_that_no_other_loss_needs(loss: str) -> None:
    files = {
        "model.py": SIGMOID,
        "old.py": TRAIN.format(loss=loss),
        "new.py": TRAIN.format(loss="nn.BCEWithLogitsLoss(pos_weight=w)"),
    }
    result = findings(files)
    assert {f.code for f in result} == {"LL104"}
    assert all(f.fix is not None and f.fix.applicability == "unsafe" for f in result)
    assert {e.place.path for f in result if f.fix is not None for e in f.fix.edits} == {"model.py"}


def test_what_is_asked_for_does_not_change_what_a_fix_brings() -> None:
    """Who asks for one rule only gets the same fix: the other loss would be wrong, whether that's reported or not."""
    files = {
        "model.py": SIGMOID,
        "old.py": TRAIN.format(loss="nn.BCELoss()"),
        "new.py": TRAIN.format(loss="nn.BCEWithLogitsLoss(pos_weight=w)"),
    }
    assert alone(files, "LL104", Settings(select=("LL104",))) == alone(files, "LL104")


def test_a_metric_that_needs_an_activation() -> None:
    """Keras' metrics have a threshold for probabilities."""
    text = (
        "from tensorflow import keras\n\n"
        "model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1, activation='sigmoid')])\n"
        "model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.BinaryAccuracy()])\n"
    )
    (finding,) = (f for f in findings({"a.py": text}) if f.code == "LL401")
    said = {fix.message: fix for fix in finding.fixes}
    (dropped,) = (fix for message, fix in said.items() if "take the sigmoid away" in message)
    after = lint_sources({"a.py": text.encode()}, settings=Settings()).sources["a.py"].edited(dropped.edits).decode()
    assert "threshold" in after
    assert findings({"a.py": after}) == ()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("-(z * torch.log(p)).sum()", id="a logarithm"),
        pytest.param("F.nll_loss(torch.log(p), y)", id="a logarithm in a loss"),
    ],
)
def test_an_activation_whose_result_is_computed_with(other: str) -> None:
    """What would be right of the logits is something else altogether: somebody has to look at it."""
    train = "from model import *\n\np = Net()(x)\nloss = F.cross_entropy(p, y)\n"
    assert alone({"model.py": SOFTMAX, "train.py": train}, "LL101") is not None
    assert alone({"model.py": SOFTMAX, "train.py": f"{train}other = {other}\n"}, "LL101") is None


def test_a_loss_that_is_needed_by_another_model_too() -> None:
    """The other loss can't be rewritten: it's also met with what is right for it."""
    shared = (
        "from model import *\n\nmodel, head = Net(), nn.Linear(8, 1)\ncriterion = nn.BCELoss()\n"
        "loss = criterion(model(x), y) + criterion(torch.sigmoid(head(x)), y)\n"
    )
    files = {
        "model.py": SIGMOID,
        "old.py": shared,
        "new.py": TRAIN.format(loss="nn.BCEWithLogitsLoss(pos_weight=w)"),
    }
    # only the call can be mended then
    after = alone(files, "LL104")
    assert after is None or is_clean(after)


def test_more_losses_than_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "model.py": SIGMOID,
        "old.py": TRAIN.format(loss="nn.BCELoss()"),
        "older.py": TRAIN.format(loss="nn.BCELoss()"),
        "new.py": TRAIN.format(loss="nn.BCEWithLogitsLoss(pos_weight=w)"),
    }
    after = alone(files, "LL104")
    assert after is not None
    assert is_clean(after)
    monkeypatch.setattr(sharing, "MOST_LED_TO", 1)
    assert alone(files, "LL104") is None


def test_a_pair_that_is_written_for_each_loss() -> None:
    """log_softmax in the model, and NLLLoss wherever its result goes: all of them, or none."""
    wrong = TRAIN.format(loss="nn.CrossEntropyLoss()")
    twice = f"{wrong}again = criterion(model(x_test), y_test)\n"
    files = {"model.py": SOFTMAX, "a.py": wrong, "b.py": twice, "c.py": wrong}
    assert len(findings(files)) == 4
    for finding in findings(files):
        assert finding.code == "LL101"
        pair = finding.alternatives[0]
        assert pair.applicability == "unsafe"
        assert {edit.place.path for edit in pair.edits} == {"model.py", "a.py", "b.py", "c.py"}
    files = {"model.py": SOFTMAX, "a.py": wrong}
    smooth = TRAIN.format(loss="nn.CrossEntropyLoss(label_smoothing=0.1)")  # NLLLoss has none
    (first, second) = findings({**files, "b.py": smooth})
    assert first.alternatives[0].applicability == "display"
    assert second.alternatives == ()


def test_a_pair_of_which_one_is_made_elsewhere() -> None:
    """The layer is made in one place and applied in another: what is made anew is what all of them get."""
    made = (
        "import torch.nn as nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.score = nn.Linear(8, 5)\n        self.soft = nn.Softmax(dim=1)\n\n"
        "    def forward(self, x):\n        return self.soft(self.score(x))\n"
    )
    files = {"model.py": made, "a.py": TRAIN.format(loss="nn.CrossEntropyLoss()").replace("*", "Net, nn")}
    (finding,) = findings(files)
    assert [fix.applicability for fix in finding.fixes] == ["unsafe", "unsafe"]
    smooth = TRAIN.format(loss="nn.CrossEntropyLoss(label_smoothing=0.1)").replace("*", "Net, nn")
    (finding, _) = findings({**files, "b.py": smooth})
    assert [fix.applicability for fix in finding.fixes] == ["unsafe", "display"]


LOOP = """\
from model import Net


def epoch(model, criterion, loader):
    for x, y in loader:
        loss = criterion(model(x), y)
"""


def test_a_loop_that_is_given_two_losses() -> None:
    """Two scripts make the same mistake in one loop: one finding, and both scripts are mended."""
    script = "from loop import epoch\nfrom model import *\n\nepoch(Net(), nn.CrossEntropyLoss(), loader)\n"
    files = {"model.py": LOG_SOFTMAX, "loop.py": LOOP, "train.py": script, "evaluate.py": script}
    (finding,) = findings(files)
    assert [step.place.path for step in finding.trace if "applies log_softmax" in step.message] == [
        "evaluate.py"
    ]  # the first
    after = alone(files, "LL102")
    assert after is not None
    assert "NLLLoss" in after["train.py"]
    assert "NLLLoss" in after["evaluate.py"]
    assert findings(after) == ()
    # One of the two can't be mended so: then neither is.
    smooth = script.replace("CrossEntropyLoss()", "CrossEntropyLoss(label_smoothing=0.1)")
    after = alone({**files, "evaluate.py": smooth}, "LL102")
    assert after is None or findings(after) == ()


def test_a_loop_that_is_given_more_losses_than_are_mended_together(monkeypatch: pytest.MonkeyPatch) -> None:
    train = "from loop import epoch\nfrom model import *\n\n" + "epoch(Net(), nn.CrossEntropyLoss(), loader)\n" * 3
    files = {"model.py": LOG_SOFTMAX, "loop.py": LOOP, "train.py": train}
    after = alone(files, "LL102")
    assert after is not None
    assert findings(after) == ()
    monkeypatch.setattr(sharing, "MOST_TOGETHER", 2)
    (finding,) = findings(files)
    assert [fix.applicability for fix in finding.fixes] == ["display", "unsafe"]


FITS = """\
import numpy as np
import tensorflow as tf
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
model.fit(x, {labels})
model.evaluate(x_test, y_test)
"""


def test_fits_with_two_kinds_of_labels() -> None:
    """One of the two is right as it is: which of them is meant, only a person knows."""
    assert alone({"a.py": FITS.format(labels="keras.utils.to_categorical(y)")}, "LL204") is None
    after = alone({"a.py": FITS.format(labels="make_labels(y)")}, "LL204")
    assert after is not None
    assert '"sparse_categorical_crossentropy"' in after["a.py"]


HEADS = """\
from tensorflow import keras

model = keras.Sequential([keras.layers.Dense(8), keras.layers.Dense(4)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits={before}))
served = keras.Sequential([model, keras.layers.Dropout(0.1)])
served.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=False))
"""


def test_a_last_layer_that_other_losses_need_as_it_is() -> None:
    """What takes probabilities is told of logits; to end the model in a softmax would be wrong where it's told already."""
    assert alone({"a.py": HEADS.format(before=True)}, "LL401") is not None
    assert alone({"a.py": HEADS.format(before=True)}, "LL401", number=1) is None
    alike = findings({"a.py": HEADS.format(before=False)})
    assert [(f.code, [fix.applicability for fix in f.fixes]) for f in alike] == [("LL401", ["safe", "unsafe"])] * 2


def test_what_is_mended_stays_so() -> None:
    files = {
        "model.py": SIGMOID,
        "old.py": TRAIN.format(loss="nn.BCELoss()"),
        "new.py": TRAIN.format(loss="nn.BCEWithLogitsLoss(pos_weight=w)"),
    }
    raws = {path: text.encode() for path, text in files.items()}
    done = fix_until_stable(lambda overlay: lint_sources({**raws, **overlay}, settings=Settings()), unsafe=True)
    assert done.passes == 1
    assert done.taken_back == ()
    assert [f.code for f in done.result.findings if f.severity != "info"] == []


PLAIN = SOFTMAX.partition("\n\n\nclass")[0] + "\n\nhead = nn.Linear(8, {units})\n"


def shown(files: Mapping[str, str], code: str) -> list[list[tuple[str, str]]]:
    """The fixes of each finding of a rule, with what they're said to be."""
    return [[(fix.message, fix.applicability) for fix in f.fixes] for f in findings(files) if f.code == code]


def test_the_call_that_leads_to_it_is_said_once() -> None:
    """Where other calls lead there too and are right. One that the way already goes through isn't said again."""
    step = PLAIN.format(units=4) + "\n\ndef step(z, y):\n    return F.cross_entropy(z, y)\n\n\n"
    made = step + "def main():\n    step(head(x), y)\n    p = F.softmax(head(x), dim=1)\n    step(p, y)\n\n\nmain()\n"
    (finding,) = findings({"a.py": made})
    assert [step.message for step in finding.trace] == [
        "softmax over dim 1 turns logits into probabilities",
        "passed to step",
        "F.cross_entropy applies log_softmax itself",
    ]
    # The outer caller is the same one for both: what differs is who was called by it.
    given = (
        step.replace("F.cross_entropy(z, y)", "F.cross_entropy(z(x), y)")
        + "soft = nn.Sequential(head, nn.Softmax(dim=1))\n"
    )
    (finding,) = findings({"a.py": f"{given}\n\ndef main():\n    step(head, y)\n    step(soft, y)\n\n\nmain()\n"})
    lines = [given.split("\n").index("    return F.cross_entropy(z(x), y)") + 1, given.count("\n") + 5]
    assert [(step.message, step.place.line) for step in finding.trace[1:]] == [
        ("returned by the Sequential model", lines[0]),
        ("step is called here", lines[1]),
        ("F.cross_entropy applies log_softmax itself", lines[0]),
    ]


def test_a_layer_that_several_losses_need() -> None:
    """It is mended where it's made, and the losses where its result comes to them."""
    text = (
        PLAIN.format(units=1)
        + "model = nn.Sequential(head, nn.Sigmoid())\nold, new = nn.BCELoss(), nn.BCEWithLogitsLoss(pos_weight=w)\n"
    )
    after = alone({"a.py": text + "old(model(x), y)\nnew(model(x), y)\n"}, "LL104")
    assert after is not None
    assert "nn.Sequential(head)\nold, new = nn.BCEWithLogitsLoss(), nn.BCE" in after["a.py"]
    assert is_clean(after)


def test_what_stands_before_the_activation_comes_to_the_others_then() -> None:
    """A loss that takes probabilities could take logits; of what went through a ReLU that would be wrong, too."""
    others = {
        "old.py": TRAIN.format(loss="nn.BCELoss()"),
        "new.py": TRAIN.format(loss="nn.BCEWithLogitsLoss(pos_weight=w)"),
    }
    assert alone({"model.py": SIGMOID, **others}, "LL104") is not None
    files = {"model.py": MODEL.format(units=1, activation="torch.sigmoid(F.relu(self.score(x)))"), **others}
    assert alone(files, "LL104") is None


def test_one_loss_that_several_activations_come_to() -> None:
    """Each is a finding of its own; to write the loss anew together with one of them would be wrong for the other."""
    both = (
        PLAIN.format(units=4) + "one = nn.Sequential(head, nn.Softmax(1))\ntwo = nn.Sequential(head, nn.Softmax(1))\n"
    )
    loop = "loss = nn.CrossEntropyLoss()\nfor model in [one, two]:\n    loss(model(x), y)\n"
    assert shown({"a.py": both + loop}, "LL101") == [[("take the softmax away", "unsafe")]] * 2
    (alone_with_it,) = shown({"a.py": both + loop.replace("one, two", "one")}, "LL101")
    assert [applicability for _, applicability in alone_with_it] == ["unsafe", "unsafe"]


def test_a_loss_that_is_met_more_often_than_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        PLAIN.format(units=4)
        + "soft = nn.Sequential(head, nn.Softmax(dim=1))\n\n\ndef step(model):\n    F.cross_entropy(model(x), y)\n\n\n"
    )
    assert {
        applied for fixes in shown({"a.py": f"{text}step(soft)\nstep(soft)\n"}, "LL101") for _, applied in fixes
    } == {"unsafe"}
    monkeypatch.setattr(linting, "MOST_MEETINGS", 1)
    assert {applied for fixes in shown({"a.py": f"{text}step(soft)\n"}, "LL101") for _, applied in fixes} == {"unsafe"}
    assert {
        applied for fixes in shown({"a.py": f"{text}step(soft)\nstep(soft)\n"}, "LL101") for _, applied in fixes
    } == {"display"}


def test_a_cross_entropy_that_a_focal_loss_is_made_of() -> None:
    """What is made with `reduction="none"` gives something else to all that calls it."""
    focal = (
        PLAIN.format(units=4)
        + "criterion = nn.CrossEntropyLoss()\n\n\ndef step(x, y):\n    ce = criterion(head(x), y)\n"
        "    return ((1 - torch.exp(-ce)) ** 2 * ce).mean()\n\n\nstep(x, y)\n"
    )
    after = alone({"a.py": focal}, "LL601")
    assert after is not None
    assert 'criterion = nn.CrossEntropyLoss(reduction="none")' in after["a.py"]
    assert alone({"a.py": f"{focal}criterion(head(x), y).backward()\n"}, "LL601") is None


def test_a_metric_that_is_only_told_of() -> None:
    """The threshold of a metric has no fix where a softmax is taken away, and is no reason to keep it."""
    text = (
        "from tensorflow import keras\n\nsoft = keras.layers.Dense(3, activation='softmax')\nmodel = keras.Sequential([soft])\n"
        "model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True), metrics=[keras.metrics.Precision()])\n"
    )
    assert shown({"a.py": text}, "LL401") == [
        [("the loss takes probabilities", "safe"), ("take the softmax away", "unsafe")]
    ]


def test_places_of_different_files_are_different() -> None:
    """An activation is no part of a call that stands at the same lines of another file."""
    lines = SOFTMAX.count("\n", 0, SOFTMAX.index("return"))
    train = (
        "from model import *\n"
        + "\n" * (lines - 2)
        + "def step(model, x):\n    return F.cross_entropy(model(x), y, label_smoothing=0.1)\n"
    )
    files = {"a.py": f"{train}\n\nstep(nn.Linear(8, 5), x)\nstep(Net(), x)\n", "model.py": SOFTMAX}
    (finding,) = findings(files)
    assert [fix.applicability for fix in finding.fixes] == ["unsafe"]
    assert finding.place.line == finding.trace[0].place.line


def test_edits_beside_an_activation_are_no_edits_of_it() -> None:
    """The relu goes; what else the log_softmax behind it leads to stays as it is."""
    text = (
        PLAIN.format(units=4)
        + "model = nn.Sequential(head, nn.ReLU(), nn.LogSoftmax(dim=1))\nF.nll_loss(model(x), y)\n"
    )
    assert shown({"a.py": text}, "LL109") == [[("take the relu away", "unsafe")]]
    assert shown({"a.py": f"{text}F.kl_div(model(x), t)\n"}, "LL109") == [[("take the relu away", "unsafe")]]


def test_edits_of_another_file_are_no_edits_of_an_activation() -> None:
    """They stand at the same lines and columns, by chance."""
    lines = SIGMOID.count("\n", 0, SIGMOID.index("return"))
    losses = "import torch.nn as nn\n" + "\n" * (lines - 1) + "criterion       = nn.BCEWithLogitsLoss()\n"
    files = {
        "model.py": SIGMOID,
        "other.py": TRAIN.format(loss="nn.BCELoss()"),
        "the_losses.py": losses,
        "train.py": "from the_losses import criterion\nfrom model import *\n\ncriterion(Net()(x), y)\n",
    }
    assert alone(files, "LL104") == {**files, "the_losses.py": losses.replace("BCEWithLogitsLoss", "BCELoss")}


def test_callers_that_are_all_wrong_are_not_told_apart() -> None:
    both = "one = nn.Sequential(head, nn.Softmax(dim=1))\ntwo = nn.Sequential(head, nn.Softmax(dim=1))\n"
    step = "\n\ndef step(model):\n    F.cross_entropy(model(x), y)\n\n\nstep(one)\nstep(two)\n"
    found = findings({"a.py": PLAIN.format(units=4) + both + step})
    assert len(found) == 2
    assert not any("is called here" in step.message for finding in found for step in finding.trace)


def test_what_is_certain_comes_before_what_hangs_on_a_condition() -> None:
    text = PLAIN.format(units=4) + (
        "import argparse\n\nargs = argparse.ArgumentParser().parse_args()\nsoft = nn.Sequential(head, nn.Softmax(dim=1))\n\n\n"
        "def step(model):\n    F.cross_entropy(model(x), y)\n\n\nstep(soft if args.soft else head)\n"
    )
    assert [finding.condition for finding in findings({"a.py": text})] == ["args.soft"]
    assert [finding.condition for finding in findings({"a.py": f"{text}step(soft)\n"})] == [None]


def test_what_is_wrong_already_is_no_reason_to_look_no_further() -> None:
    """The other loss gets one-hot labels, and is wrong without the softmax, too: that is what the fix mends."""
    text = (
        "from tensorflow import keras\n\nmodel = keras.Sequential([keras.layers.Dense(10, activation='softmax')])\n"
        "model.compile('adam', keras.losses.CategoricalCrossentropy(from_logits=True))\n"
        "(x, y), _ = keras.datasets.mnist.load_data()\n"
        "keras.losses.sparse_categorical_crossentropy(keras.utils.to_categorical(y, 10), model(x))\n"
    )
    assert {f.code for f in findings({"a.py": text})} == {"LL204", "LL401"}
    (fixes,) = shown({"a.py": text}, "LL401")
    assert fixes[1] == ("take the softmax away; the loss takes logits", "unsafe")


def test_a_last_layer_that_a_call_of_a_function_needs_as_it_is() -> None:
    text = (
        "from tensorflow import keras\n\nmodel = keras.Sequential([keras.layers.Dense(4)])\n"
        "keras.losses.sparse_categorical_crossentropy(y, model(x))\n"
    )
    other = "keras.losses.sparse_categorical_crossentropy(y, model(x), from_logits=True)\n"
    assert [[applied for _, applied in fixes] for fixes in shown({"a.py": text}, "LL401")] == [["safe", "unsafe"]]
    assert [[applied for _, applied in fixes] for fixes in shown({"a.py": text + other}, "LL401")] == [
        ["safe", "display"]
    ]


def test_a_compile_of_several_losses() -> None:
    """Each is another loss, and what is right for one says nothing of its neighbour."""
    text = (
        "import numpy as np\nfrom tensorflow import keras\n\nx = keras.Input((8,))\n"
        "one, two = (keras.layers.Dense(n, activation='softmax')(x) for n in (4, 5))\nmodel = keras.Model(x, [one, two])\n"
        "model.compile('adam', [keras.losses.SparseCategoricalCrossentropy(), keras.losses.SparseCategoricalCrossentropy()])\n"
        "y = np.random.randint(0, 4, 32)\nmodel.fit(np.zeros((32, 8)), [keras.utils.to_categorical(y, 4), y])\n"
    )
    assert alone({"a.py": text}, "LL204") == {"a.py": text.replace("[keras.losses.Sparse", "[keras.losses.")}


def test_edits_behind_an_activation_are_no_edits_of_it() -> None:
    """The log_softmax goes; who gets the relu's result gets what it did."""
    text = (
        PLAIN.format(units=4)
        + "model = nn.Sequential(head, nn.ReLU(), nn.LogSoftmax(dim=1))\nF.cross_entropy(model(x), y)\n"
    )
    known = shown({"a.py": text}, "LL102")
    assert ("take the log_softmax away", "unsafe") in known[0]
    assert shown({"a.py": f"{text}F.binary_cross_entropy_with_logits(model[:2](x), t)\n"}, "LL102") == known
