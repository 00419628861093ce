"""Whole projects in PyTorch and Lightning: a specification, and how it renders itself."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from . import torch_losses as losses
from . import torch_networks as networks
from . import torch_training as training
from .code import Code, Mark, Namespace, Part, Program, Sharing, Spelling, Suite, assemble, function, klass, loop
from .facts import CLASSES, FLOATS, RIGHT, TASKS, Loss, Scale, Task
from .torch_losses import Binding, Criterion
from .torch_networks import Activation, Idle, Output, Pieces
from .torch_training import Batches, Kind, Labels, Names, Shell, Site, Source

NAMESPACES = (
    Namespace("nn", (("import torch.nn as nn", "nn"), ("from torch import nn", "nn"), ("import torch", "torch.nn"),
                     ("from torch.nn", ""), ("from torch.nn import *", ""))),
    Namespace("F", (("import torch.nn.functional as F", "F"), ("from torch.nn import functional as F", "F"),
                    ("import torch", "torch.nn.functional"), ("from torch.nn.functional", ""))),
    Namespace("torch", (("import torch", "torch"),)),
    Namespace("np", (("import numpy as np", "np"),)),
    Namespace("pl", (("import pytorch_lightning as pl", "pl"), ("import lightning as L", "L"),
                     ("import lightning.pytorch as pl", "pl"))),
    *(Namespace(name, ((f"import {name}", name),)) for name in ("argparse", "collections", "dataclasses", "functools", "typing")),
)  # fmt: skip

NAMES = (
    Names(),
    Names("net", "logits", "images", "labels"),
    Names("net", "probs", "inputs", "targets"),
    Names("classifier", "log_probs", "x", "target"),
    Names("criterion_net", "y_hat", "data", "y_true"),
)

APART = (
    frozenset[str](),
    frozenset({"networks"}),
    frozenset({"networks", "objectives"}),
    frozenset({"objectives"}),
    frozenset({"networks", "batches"}),
)
"""Which parts have files of their own: up to three files."""


class Beside(str, enum.Enum):
    """What a step does beside its loss: what looks wrong there, and is right."""

    NOTHING = "nothing"
    ACCURACY = "the classes that are right"
    PROBABILITIES = "probabilities, to show them"
    THRESHOLD = "what is above a threshold"
    SAMPLED = "a sample of the classes"
    EXPORTED = "a model that ends in a softmax, to be used later"


class Wrapped(str, enum.Enum):
    """What is put around the model."""

    NOTHING = "Net()"
    PARALLEL = "nn.DataParallel(Net())"
    DEVICE = 'Net().to(torch.device("cpu"))'
    TRAINING = "Net().train()"


def _with_model(code: Code, model: str) -> Code:
    """The code, its model made in another way."""
    if isinstance(code, Suite):
        return Suite(code.head.replace("Net()", model), [_with_model(part, model) for part in code.body])
    return code.replace("Net()", model)


@dataclass(frozen=True)
class TorchProject:
    """A project for PyTorch. Its defaults are the simplest choices, which a counter-example is made of where it can be."""

    task: Task = Task.CLASSES
    loss: Loss = Loss.CROSS_ENTROPY
    scale: Scale = Scale.LOGITS
    axis: str = "1"
    spelled: networks.Spelled = networks.Spelled.FUNCTIONAL
    at_site: bool = False
    """Whether the activation is called beside the loss, and not by the network."""
    head: str = "functional"
    output: Output = Output.BARE
    idle: Idle = Idle.NOTHING
    units: int = CLASSES
    binding: str = "module"
    settings: str = ""
    swapped: bool = False
    decision: str = ""
    route: str = "direct"
    taken: int = 0
    shell: Shell = Shell.FUNCTION
    batches: Batches = Batches.PAIR
    source: Source = Source.TENSORS
    kind: Kind = Kind.INTEGERS
    label_classes: int = CLASSES
    label_cast: str = ""
    reshaped: str = ""
    transposed: bool = True
    """For tokens: whether the classes are moved to the axis where the loss wants them."""
    beside: Beside = Beside.NOTHING
    wrapped: Wrapped = Wrapped.NOTHING
    names: int = 0
    apart: int = 0
    sharing: Sharing = Sharing.NAMES
    spelling: tuple[int, ...] = (0, 0, 0, 0, 0)
    comment: str = ""

    framework = "torch"

    # ------------------------------------------------------------------------------------------------------- what is right

    @property
    def family(self) -> str:
        """What it is counted under."""
        return "lightning" if self.shell is Shell.LIGHTNING else "torch"

    @property
    def plumbing(self) -> tuple[str, ...]:
        """What lies between the network and the loss, to count it by."""
        return (f"head {self.head}", f"output {self.output.value}", f"loss {self.binding}", f"route {self.route}",
                f"shell {self.shell.value}", f"files {len(APART[self.apart]) + 1}", f"labels {self.source.value}")  # fmt: skip

    @property
    def is_right(self) -> bool:
        """Whether its loss gets what it takes, by the table."""
        return (
            self.scale in RIGHT[self.loss]
            and self.task in TASKS[self.loss]
            and self.axis not in ("", "0")
            and not (self.swapped or self.decision or self.comment)
            and self.units == (1 if self.task is Task.BINARY else self.label_classes)
            and (self.kind is Kind.FLOATS) == (self.task in FLOATS)
            and not (self.reshaped or self.label_cast)
            and "dim=" not in self.settings
            and "size_average" not in self.settings
            and (self.binding not in ("focal", "focal_weighed_after") or 'reduction="none"' in self.settings)
            and not (self.binding == "focal" and "weight" in self.settings)
            and (self.transposed or self.task is not Task.TOKENS)
            and self.binding not in ("in_constructor", "by_hand_in_two_steps")
        )

    def possible(self) -> bool:
        """Whether the pieces fit each other: not every product of choices is a program."""
        pieces = [
            self.head not in networks.WITHOUT_FORWARD or (self.output is Output.BARE and self.idle is Idle.NOTHING),
            self.head not in networks.WITHOUT_LSTM or self.task is not Task.TOKENS,
            self.route not in training.WITHOUT_PARAMETER or self.head not in networks.WITHOUT_FORWARD,
            self.idle is Idle.NOTHING or (self.loss is not Loss.NLL and self.task is not Task.TOKENS),
            self.loss is not Loss.KL or "reduction" not in self.settings,
            # A softmax over one unit is a misuse itself, wherever it stands.
            self.units > 1 or self.beside not in (Beside.PROBABILITIES, Beside.SAMPLED, Beside.EXPORTED),
        ]
        binding = self._binding
        steps = self.route in training.STEPS
        value = bool(binding.value)
        shells = {
            Shell.DEFAULTS: value,
            Shell.CLASS_ATTRIBUTE: value and self.binding in _MODULES,
            Shell.STEP_METHOD: steps and self.route != "through_try",
            Shell.CALLBACK: steps and self.route != "through_try",
            Shell.LIGHTNING: steps and self.route != "on_device",
        }
        pieces.append(shells.get(self.shell, True))
        if "weight" in self.settings:
            pieces.append(self.task is Task.CLASSES)
        if self.binding in ("focal", "focal_weighed_after"):
            pieces += [self.loss is Loss.CROSS_ENTROPY, self.task is Task.CLASSES]
        if self.binding in ("by_hand", "by_hand_in_two_steps"):
            pieces += [self.task is Task.SOFT, self.loss is Loss.CROSS_ENTROPY, not self.settings]
        if self.source is Source.NUMBERS:
            pieces.append(self.task is Task.CLASSES and not self.reshaped)
        # A name that is spelled without its library can't be told from one of the program's own in a file that shares by star.
        return all(pieces)

    # --------------------------------------------------------------------------------------------------------- how it reads

    @property
    def _criterion(self) -> Criterion:
        return Criterion(self.loss, self.settings, self.swapped, self.decision, self.label_cast)

    @property
    def _binding(self) -> Binding:
        return {**losses.BINDINGS, **losses.SPECIAL}[self.binding](self._criterion)

    @property
    def activation(self) -> Activation:
        """The activation after the last layer."""
        return Activation(self.scale, self.axis, self.spelled)

    def rendered(self) -> Program:
        """The source texts."""
        inside = Activation(Scale.LOGITS) if self.at_site else self.activation
        labels = Labels(self.task, self.source, self.kind, self.reshaped, self.label_classes)
        binding = self._binding
        parts = [
            networks.network(self.head, Pieces(self.task, inside, self.output, self.units, self.idle)),
            Part("objectives", binding.definitions, binding.names),
            Part("batches", tuple(labels.code), ("make_loader",)),
            Part("train", tuple(self._training(binding, labels))),
        ]
        chosen = Spelling(NAMESPACES, self.spelling)
        return assemble(parts, APART[self.apart], self.sharing, chosen, comment_on_loss=self.comment)

    def _take(self, call: str) -> tuple[list[Code], str]:
        """The output out of a call of the model, in the shape that the loss wants."""
        lines, out = self.output.taken(call, NAMES[self.names].out, self.taken)
        if self.at_site and self.scale is not Scale.LOGITS:
            out = self.activation.of(out)
        if self.task is Task.TOKENS and self.transposed:
            out = f"{out}.transpose(1, 2)"
        return lines, out

    def _site(
        self, model: str, loader: str, criterion: str, binding: Binding, update: list[Code], method: bool = False
    ) -> Site:
        names = NAMES[self.names]
        mark = "" if binding.within else str(Mark.LOSS)

        def loss(out: str, y: str) -> str:
            if not binding.value:
                assert binding.inline is not None
                return binding.inline(out, y) + mark
            pair = (out, y) if binding.within else self._criterion.pair(out, y)
            return f"{criterion}({', '.join(pair)}){mark}"

        by_name = self.source is Source.DICTIONARIES
        return Site(names, model, loader, self.batches, by_name, self._take, lambda y: y, loss, update, method)

    def _after(self, out_of: Site) -> list[Code]:
        """What a step does beside the loss."""
        if self.beside is Beside.NOTHING:
            return []
        if self.beside is Beside.EXPORTED:
            return [f"exported = nn.Sequential({out_of.model}, nn.Softmax(dim=1))", "print(type(exported))"]
        lines, out = self.output.taken(f"{out_of.model}({out_of.names.x})", "shown", self.taken)
        shown = {
            Beside.ACCURACY: f"{out}.argmax(dim=1).float().mean().item()",
            Beside.PROBABILITIES: f"torch.softmax({out}, dim=-1).max().item()",
            Beside.THRESHOLD: f"(torch.sigmoid({out}) > 0.5).float().mean().item()",
            Beside.SAMPLED: f"torch.multinomial({out}.flatten(1).softmax(dim=1), 1).shape",
        }[self.beside]
        return [Suite("with torch.no_grad():", [*lines, f"print({shown})"])]

    def _training(self, binding: Binding, labels: Labels) -> list[Code]:
        code = _SHELLS[self.shell](self, binding)
        if self.wrapped is Wrapped.NOTHING:
            return code
        return [_with_model(part, self.wrapped.value) for part in code]


_MODULES = {"module", "constant", "registry", "classes", "factory", "by_name", "wrapper_class", "subclass", "settings_object",
            "property", "argument", "module_dict", "focal"}  # fmt: skip
"""Bindings whose value is a module: a function that is a class's attribute would be its method."""


def _optimizer(model: str, name: str = "optimizer") -> str:
    return f"{name} = torch.optim.SGD({model}.parameters(), lr=0.1)"


def _whole(project: TorchProject, at: Site) -> tuple[list[Code], list[Code]]:
    """Definitions, and the loop over all batches."""
    routed = training.ROUTES[project.route](at)
    if project.route in training.LOOPS:
        return routed.definitions, routed.step
    return routed.definitions, at.each(*routed.step, *at.update, *project._after(at))


def _main(*body: Code) -> list[Code]:
    return [function("main()", *body), "", "", Suite('if __name__ == "__main__":', ["main()"])]


def _defined(definitions: list[Code], *code: Code) -> list[Code]:
    return [*definitions, "", "", *code] if definitions else list(code)


def _in_a_function(project: TorchProject, binding: Binding) -> list[Code]:
    model = NAMES[project.names].model
    at = project._site(model, "loader", "criterion", binding, training.update())
    definitions, body = _whole(project, at)
    return _defined(definitions, *_main(*_made(model, binding), *body))


def _made(model: str, binding: Binding) -> list[Code]:
    criterion = [f"criterion = {binding.value}"] if binding.value else []
    return [f"{model} = Net()", *criterion, "loader = make_loader()", _optimizer(model)]


def _script(project: TorchProject, binding: Binding) -> list[Code]:
    model = NAMES[project.names].model
    at = project._site(model, "loader", "criterion", binding, training.update())
    definitions, body = _whole(project, at)
    return _defined(definitions, *_made(model, binding), "", *body)


def _with_parameters(project: TorchProject, binding: Binding) -> list[Code]:
    model = NAMES[project.names].model
    at = project._site(model, "loader", "criterion", binding, training.update())
    definitions, body = _whole(project, at)
    given = [model, "loader", *(["criterion"] if binding.value else []), "optimizer"]
    train = function(f"train({', '.join(given)})", *body)
    passed = [model, "make_loader()", *([binding.value] if binding.value else [])]
    call = f"train({', '.join([*passed, f'torch.optim.SGD({model}.parameters(), lr=0.1)'])})"
    return _defined(definitions, train, "", "", *_main(f"{model} = Net()", call))


def _with_defaults(project: TorchProject, binding: Binding) -> list[Code]:
    model = NAMES[project.names].model
    at = project._site(model, "loader", "criterion", binding, training.update())
    definitions, body = _whole(project, at)
    train = function(f"train({model}, loader, criterion={binding.value})", _optimizer(model), *body)
    return _defined(definitions, train, "", "", *_main("train(Net(), make_loader())"))


def _trainer(project: TorchProject, binding: Binding) -> list[Code]:
    names = NAMES[project.names]
    at = project._site(f"self.{names.model}", "self.loader", "self.criterion", binding,
                       training.update("self.optimizer"))  # fmt: skip
    definitions, body = _whole(project, at)
    given = [names.model, "loader", *(["criterion"] if binding.value else [])]
    keep: list[Code] = [*(f"self.{name} = {name}" for name in given), _optimizer(names.model, "self.optimizer")]
    trainer = klass("Trainer", function(f"__init__(self, {', '.join(given)})", *keep), "", function("fit(self)", *body))
    passed = ["Net()", "make_loader()", *([binding.value] if binding.value else [])]
    return _defined(definitions, trainer, "", "", *_main(f"Trainer({', '.join(passed)}).fit()"))


def _own_trainer(project: TorchProject, binding: Binding) -> list[Code]:
    names = NAMES[project.names]
    at = project._site(f"self.{names.model}", "self.loader", "self.criterion", binding,
                       training.update("self.optimizer"))  # fmt: skip
    definitions, body = _whole(project, at)
    criterion = [f"self.criterion = {binding.value}"] if binding.value else []
    keep: list[Code] = [f"self.{names.model} = Net()", *criterion, "self.loader = make_loader()",
                        _optimizer(f"self.{names.model}", "self.optimizer")]  # fmt: skip
    trainer = klass("Trainer", function("__init__(self)", *keep), "", function("fit(self)", *body))
    return _defined(definitions, trainer, "", "", *_main("trainer = Trainer()", "trainer.fit()"))


def _class_attribute(project: TorchProject, binding: Binding) -> list[Code]:
    names = NAMES[project.names]
    at = project._site(f"self.{names.model}", "self.loader", "self.criterion", binding,
                       training.update("self.optimizer"))  # fmt: skip
    definitions, body = _whole(project, at)
    keep: list[Code] = [f"self.{names.model} = Net()", "self.loader = make_loader()",
                        _optimizer(f"self.{names.model}", "self.optimizer")]  # fmt: skip
    trainer = klass("Trainer", f"criterion = {binding.value}", "", function("__init__(self)", *keep), "",
                    function("fit(self)", *body))  # fmt: skip
    return _defined(definitions, trainer, "", "", *_main("Trainer().fit()"))


def _step_method(project: TorchProject, binding: Binding) -> list[Code]:
    names = NAMES[project.names]
    at = project._site(f"self.{names.model}", "self.loader", "self.criterion", binding, [], True)
    routed = training.STEPS[project.route](at)
    criterion = [f"self.criterion = {binding.value}"] if binding.value else []
    keep: list[Code] = [f"self.{names.model} = Net()", *criterion, "self.loader = make_loader()",
                        _optimizer(f"self.{names.model}", "self.optimizer")]  # fmt: skip
    step = function(f"step(self, {names.x}, {names.y})", *routed.step, "return loss")
    fit = function("fit(self)", *at.each(f"loss = self.step({names.x}, {names.y})", *training.update("self.optimizer")))
    trainer = klass("Trainer", function("__init__(self)", *keep), "", step, "", fit)
    return _defined(routed.definitions, trainer, "", "", *_main("Trainer().fit()"))


def _callback(project: TorchProject, binding: Binding) -> list[Code]:
    names = NAMES[project.names]
    at = project._site(names.model, "loader", "criterion", binding, [], True)
    routed = training.STEPS[project.route](at)
    given = [names.model, *(["criterion"] if binding.value else []), names.x, names.y]
    step = function(f"step({', '.join(given)})", *routed.step, "return loss")
    run = function(
        "run_epoch(step, loader, optimizer)", *at.each(f"loss = step({names.x}, {names.y})", *training.update())
    )
    partial = f"functools.partial(step, {', '.join([names.model, *(['criterion'] if binding.value else [])])})"
    body = [*_made(names.model, binding), f"run_epoch({partial}, loader, optimizer)"]
    return _defined(routed.definitions, step, "", "", run, "", "", *_main(*body))


def _lightning(project: TorchProject, binding: Binding) -> list[Code]:
    names = NAMES[project.names]
    model = f"self.{names.model}"
    at = project._site(model, "loader", "self.criterion", binding, [], True)
    routed = training.STEPS[project.route](at)
    criterion = [f"self.criterion = {binding.value}"] if binding.value else []
    unpack = f"{names.x}, {names.y} = batch"
    if at.by_name:
        unpack = f'{names.x}, {names.y} = batch["x"], batch["y"]'
    module = klass(
        "Classifier(pl.LightningModule)",
        function("__init__(self)", "super().__init__()", f"{model} = Net()", *criterion),
        "",
        function("forward(self, x)", f"return {model}(x)"),
        "",
        function(
            "training_step(self, batch, batch_idx)", unpack, *routed.step, 'self.log("train_loss", loss)', "return loss"
        ),
        "",
        function("configure_optimizers(self)", "return torch.optim.SGD(self.parameters(), lr=0.1)"),
    )
    run = ["trainer = pl.Trainer(max_epochs=1)", "trainer.fit(Classifier(), make_loader())"]
    return _defined(routed.definitions, module, "", "", *_main(*run))


_SHELLS = {
    Shell.FUNCTION: _in_a_function,
    Shell.SCRIPT: _script,
    Shell.PARAMETERS: _with_parameters,
    Shell.DEFAULTS: _with_defaults,
    Shell.TRAINER: _trainer,
    Shell.OWN_TRAINER: _own_trainer,
    Shell.CLASS_ATTRIBUTE: _class_attribute,
    Shell.STEP_METHOD: _step_method,
    Shell.CALLBACK: _callback,
    Shell.LIGHTNING: _lightning,
}

__all__ = ["APART", "NAMES", "NAMESPACES", "TorchProject", "loop"]
