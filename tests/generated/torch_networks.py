"""Networks in PyTorch: where the output's activation is written, and in what the output is handed out."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from .code import Code, Mark, Part, Suite, function, klass, loop
from .facts import CLASSES, FEATURES, Scale, Task


class Spelled(str, enum.Enum):
    """How an activation is called."""

    FUNCTIONAL = "F.softmax(x, dim=1)"
    TORCH = "torch.softmax(x, dim=1)"
    METHOD = "x.softmax(dim=1)"


@dataclass(frozen=True)
class Activation:
    """The activation after the last layer; `axis` is the text of its `dim`, or empty where it says none."""

    scale: Scale
    axis: str = "1"
    spelled: Spelled = Spelled.FUNCTIONAL

    def of(self, x: str) -> str:
        """It, called on an expression; the marked line is its place."""
        if self.scale is Scale.LOGITS:
            return x
        name = self.scale.value
        axis = f"dim={self.axis}" if self.axis and self._has_axis else ""
        if self.spelled is Spelled.METHOD and (axis or not self._has_axis):
            return f"{x}.{name}({axis}){Mark.ACTIVATION}"
        library = "torch" if not self._has_axis or (self.spelled is Spelled.TORCH and axis) else "F"
        return f"{library}.{name}({', '.join(filter(None, [x, axis]))}){Mark.ACTIVATION}"

    @property
    def module(self) -> str:
        """It as a layer; empty for none."""
        layer = {
            Scale.LOGITS: "",
            Scale.SOFTMAX: "nn.Softmax",
            Scale.LOG_SOFTMAX: "nn.LogSoftmax",
            Scale.SIGMOID: "nn.Sigmoid",
            Scale.RELU: "nn.ReLU",
            Scale.TANH: "nn.Tanh",
        }[self.scale]
        axis = f"dim={self.axis}" if self.axis and self._has_axis else ""
        return f"{layer}({axis}){Mark.ACTIVATION}" if layer else ""

    @property
    def _has_axis(self) -> bool:
        return self.scale in (Scale.SOFTMAX, Scale.LOG_SOFTMAX)


class Output(str, enum.Enum):
    """In what a network hands out its output."""

    BARE = "a tensor"
    FIRST = "first of a tuple"
    LAST = "last of a tuple"
    DICTIONARY = "a dict"
    DATACLASS = "a dataclass"
    NAMED_TUPLE = "a NamedTuple"

    def built(self, value: str, other: str) -> str:
        """The expression that `forward` returns."""
        return {
            Output.BARE: value,
            Output.FIRST: f"{value}, {other}",
            Output.LAST: f"{other}, {value}",
            Output.DICTIONARY: f'{{"scores": {value}, "hidden": {other}}}',
            Output.DATACLASS: f"Prediction({value}, {other})",
            Output.NAMED_TUPLE: f"Prediction(scores={value}, hidden={other})",
        }[self]

    def taken(self, call: str, name: str, variant: int) -> tuple[list[Code], str]:
        """Statements that take the output out of a call of the network, and the expression that it is then."""
        by_index = "0" if self is Output.FIRST else "-1" if variant % 3 == 1 else "1"
        match self, variant % 3:
            case Output.BARE, 0:
                return [], call
            case Output.BARE, _:
                return [f"{name} = {call}"], name
            case ((Output.FIRST | Output.LAST), 0):
                return [f"{name}, hidden = {call}" if self is Output.FIRST else f"_, {name} = {call}"], name
            case ((Output.FIRST | Output.LAST), 1):
                return [], f"{call}[{by_index}]"
            case ((Output.FIRST | Output.LAST), _):
                return [f"outputs = {call}", f"{name} = outputs[{by_index}]"], name
            case Output.DICTIONARY, 0:
                return [], f'{call}["scores"]'
            case Output.DICTIONARY, 1:
                return [f"outputs = {call}", f'{name} = outputs["scores"]'], name
            case Output.DICTIONARY, _:
                return [f"outputs = {call}"], 'outputs.get("scores")'
            case Output.NAMED_TUPLE, 1:
                return [f"{name}, hidden = {call}"], name
            case _, 2:
                return [f"prediction = {call}"], "prediction.scores"
            case _:
                return [f"{name} = {call}.scores"], name

    @property
    def definition(self) -> list[Code]:
        """The class that it is an object of, if any."""
        fields = ["scores: torch.Tensor", "hidden: torch.Tensor"]
        if self is Output.DATACLASS:
            return [klass("Prediction", *fields, decorators=["dataclasses.dataclass"]), "", ""]
        if self is Output.NAMED_TUPLE:
            return [klass("Prediction(typing.NamedTuple)", *fields), "", ""]
        return []


class Idle(str, enum.Enum):
    """What stands beside the output without changing what training sees."""

    NOTHING = "nothing"
    PREDICT = "a method for inference with its own softmax"
    EVALUATION = "an activation outside of training"
    ATTRIBUTE = "a layer that nobody calls"


@dataclass(frozen=True)
class Pieces:
    """What a network is made of."""

    task: Task
    activation: Activation
    output: Output
    units: int
    idle: Idle

    @property
    def trunk(self) -> str:
        """The first layer."""
        if self.task is Task.PIXELS:
            return "nn.Conv2d(3, 16, kernel_size=3, padding=1)"
        if self.task is Task.TOKENS:
            return f"nn.LSTM({FEATURES}, 16, batch_first=True)"
        return f"nn.Linear({FEATURES}, 16)"

    @property
    def last(self) -> str:
        """The last layer."""
        return self.scorer(str(self.units))

    def scorer(self, units: str) -> str:
        """The last layer, with its width as an expression."""
        return f"nn.Conv2d(16, {units}, kernel_size=1)" if self.task is Task.PIXELS else f"nn.Linear(16, {units})"

    @property
    def first_step(self) -> Code:
        """From the input `x` to `hidden`."""
        return "hidden, _ = self.trunk(x)" if self.task is Task.TOKENS else "hidden = torch.relu(self.trunk(x))"

    def returned(self, value: str, other: str = "hidden") -> list[Code]:
        """The end of `forward`; `value` is the output, its activation taken."""
        if self.idle is Idle.EVALUATION:
            lines: list[Code] = [
                f"scores = {value}",
                Suite("if not self.training:", ["scores = torch.sigmoid(scores)"]),
            ]
            return [*lines, f"return {self.output.built('scores', other)}"]
        return [f"return {self.output.built(value, other)}"]

    @property
    def prepared(self) -> list[Code]:
        """What `__init__` makes besides."""
        return ["self.normalize = nn.Softmax(dim=-1)"] if self.idle is Idle.ATTRIBUTE else []

    @property
    def methods(self) -> list[Code]:
        """What the class has besides."""
        if self.idle is not Idle.PREDICT:
            return []
        lines, taken = self.output.taken("self(x)", "out", 0)
        shown = f"torch.softmax({taken}, dim=-1)" if self.units > 1 else f"torch.sigmoid({taken})"
        return [
            "",
            function("predict(self, x)", *lines, f"return {shown}", decorators=["torch.no_grad()"]),
        ]

    def network(self, base: str, made: list[Code], forward: list[Code], parameters: str = "") -> Suite:
        """The class `Net`."""
        return klass(
            f"Net({base})",
            function(f"__init__(self{parameters})", "super().__init__()", *made, *self.prepared),
            "",
            function("forward(self, x)", *forward),
            *self.methods,
        )


Head = Callable[[Pieces], list[Code]]


def sequential(net: Pieces) -> list[Code]:
    """One Sequential, the activation its last layer."""
    tail = [f"    {net.activation.module},"] if net.activation.module else []
    layers = "\n".join(
        ["self.layers = nn.Sequential(", f"    {net.trunk},", "    nn.ReLU(),", f"    {net.last},", *tail, ")"]
    )
    return [net.network("nn.Module", [layers], net.returned("self.layers(x)", "x"))]


def sequential_head(net: Pieces) -> list[Code]:
    """A Sequential of the last layer and the activation, behind a trunk of its own."""
    layers = ", ".join(filter(None, [net.last, net.activation.module]))
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.head = nn.Sequential({layers})"]
    return [net.network("nn.Module", made, [net.first_step, *net.returned("self.head(hidden)")])]


def ordered(net: Pieces) -> list[Code]:
    """A Sequential of named layers."""
    pairs = [("trunk", net.trunk), ("relu", "nn.ReLU()"), ("scores", net.last), ("end", net.activation.module)]
    lines = [f'        ("{name}", {layer}),' for name, layer in pairs if layer]
    text = "\n".join(["self.layers = nn.Sequential(", "    collections.OrderedDict([", *lines, "    ])", ")"])
    return [net.network("nn.Module", [text], net.returned("self.layers(x)", "x"))]


def added(net: Pieces) -> list[Code]:
    """A Sequential that grows."""
    made: list[Code] = ["self.layers = nn.Sequential()"]
    for name, layer in (
        ("trunk", net.trunk),
        ("relu", "nn.ReLU()"),
        ("scores", net.last),
        ("end", net.activation.module),
    ):
        if layer:
            made.append(f'self.layers.add_module("{name}", {layer})')
    return [net.network("nn.Module", made, net.returned("self.layers(x)", "x"))]


def functional(net: Pieces) -> list[Code]:
    """A function, where `forward` returns."""
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.fc = {net.last}"]
    return [net.network("nn.Module", made, [net.first_step, *net.returned(net.activation.of("self.fc(hidden)"))])]


def rebound(net: Pieces) -> list[Code]:
    """A function, in a line of its own, under one name for all."""
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.fc = {net.last}"]
    lines: list[Code] = [net.first_step, "x = self.fc(hidden)"]
    if net.activation.scale is not Scale.LOGITS:
        lines.append(f"x = {net.activation.of('x')}")
    return [net.network("nn.Module", made, [*lines, *net.returned("x")])]


def attribute(net: Pieces) -> list[Code]:
    """A layer that `__init__` makes and `forward` calls."""
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.fc = {net.last}"]
    value = "self.fc(hidden)"
    if net.activation.module:
        made.append(f"self.end = {net.activation.module}")
        value = f"self.end({value}){Mark.CALLED}"
    return [net.network("nn.Module", made, [net.first_step, *net.returned(value)])]


def head_class(net: Pieces) -> list[Code]:
    """A module for the last layer and the activation."""
    head = klass(
        "Head(nn.Module)",
        function("__init__(self, units)", "super().__init__()", f"self.scores = {net.scorer('units')}"),
        "",
        function("forward(self, features)", f"return {net.activation.of('self.scores(features)')}"),
    )
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.head = Head({net.units})"]
    return [head, "", "", net.network("nn.Module", made, [net.first_step, *net.returned("self.head(hidden)")])]


def module_list(net: Pieces) -> list[Code]:
    """A ModuleList, called one after the other."""
    layers = ", ".join(filter(None, [net.last, net.activation.module]))
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.layers = nn.ModuleList([{layers}])"]
    lines: list[Code] = [
        net.first_step,
        "x = hidden",
        loop("layer in self.layers", f"x = layer(x){Mark.CALLED if net.activation.module else ''}"),
    ]
    return [net.network("nn.Module", made, [*lines, *net.returned("x")])]


def inherited(net: Pieces) -> list[Code]:
    """A base class that computes the scores; the class itself takes the activation of what `super()` returns."""
    base = klass(
        "Scores(nn.Module)",
        function("__init__(self)", "super().__init__()", f"self.trunk = {net.trunk}", f"self.fc = {net.last}"),
        "",
        function("forward(self, x)", net.first_step, "return self.fc(hidden), hidden"),
    )
    lines: list[Code] = ["scores, hidden = super().forward(x)", *net.returned(net.activation.of("scores"))]
    return [base, "", "", net.network("Scores", [], lines)]


def template(net: Pieces) -> list[Code]:
    """A base class whose `forward` calls a method that the class itself has."""
    base = klass(
        "Scores(nn.Module)",
        function(
            "__init__(self)", "super().__init__()", f"self.trunk = {net.trunk}", f"self.fc = {net.last}", *net.prepared
        ),
        "",
        function("finish(self, scores)", "return scores"),
        "",
        function("forward(self, x)", net.first_step, *net.returned("self.finish(self.fc(hidden))")),
        *net.methods,
    )
    own = klass("Net(Scores)", function("finish(self, scores)", f"return {net.activation.of('scores')}"))
    return [base, "", "", own]


def helper(net: Pieces) -> list[Code]:
    """A function beside the class."""
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.fc = {net.last}"]
    beside = function("finish(scores, layer)", f"return {net.activation.of('layer(scores)')}")
    return [beside, "", "", net.network("nn.Module", made, [net.first_step, *net.returned("finish(hidden, self.fc)")])]


def flag(net: Pieces) -> list[Code]:
    """A flag of the constructor, with a default that nobody overrides."""
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.fc = {net.last}", "self.activate = activate"]
    lines: list[Code] = [net.first_step, "x = self.fc(hidden)"]
    if net.activation.scale is not Scale.LOGITS:
        lines.append(Suite("if self.activate:", [f"x = {net.activation.of('x')}"]))
    return [net.network("nn.Module", made, [*lines, *net.returned("x")], ", activate=True")]


def table(net: Pieces) -> list[Code]:
    """A dict of layers, one of which is chosen by its name."""
    layers = ['"none": nn.Identity()', '"relu": nn.ReLU()']
    if net.activation.module:
        layers.append(f'"chosen": {net.activation.module}')
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.fc = {net.last}", "self.end = LAYERS[kind]"]
    lines: list[Code] = [
        net.first_step,
        *net.returned(f"self.end(self.fc(hidden)){Mark.CALLED if net.activation.module else ''}"),
    ]
    kind = "chosen" if net.activation.module else "none"
    return [f"LAYERS = {{{', '.join(layers)}}}", "", "", net.network("nn.Module", made, lines, f', kind="{kind}"')]


def nested(net: Pieces) -> list[Code]:
    """A Sequential of another Sequential and the activation."""
    inner = f"nn.Sequential({net.trunk}, nn.ReLU(), {net.last})"
    layers = ", ".join(filter(None, [inner, net.activation.module]))
    return [net.network("nn.Module", [f"self.layers = nn.Sequential({layers})"], net.returned("self.layers(x)", "x"))]


def property_(net: Pieces) -> list[Code]:
    """A property that `forward` asks for its layer."""
    made: list[Code] = [f"self.trunk = {net.trunk}", f"self.fc = {net.last}"]
    suite = net.network("nn.Module", made, [net.first_step, *net.returned(net.activation.of("self.scorer(hidden)"))])
    extra: list[Code] = ["", function("scorer(self)", "return self.fc", decorators=["property"])]
    return [Suite(suite.head, [*suite.body, *extra])]


def factory(net: Pieces) -> list[Code]:
    """No class: a function that makes a Sequential."""
    tail = [f"layers.append({net.activation.module})"] if net.activation.module else []
    return [
        function(
            "Net()",
            f"layers = [{net.trunk}, nn.ReLU()]",
            f"layers.append({net.last})",
            *tail,
            "return nn.Sequential(*layers)",
        )
    ]


HEADS: dict[str, Head] = {
    made.__name__.strip("_"): made
    for made in (
        functional, sequential, attribute, rebound, sequential_head, ordered, added, head_class, module_list, inherited, template,
        helper, flag, table, nested, property_, factory,
    )
}  # fmt: skip
"""Where the activation is, the simplest first."""

WITHOUT_FORWARD = {"factory"}
"""Heads that hand out nothing but the tensor."""

WITHOUT_LSTM = {"sequential", "ordered", "added", "nested", "factory"}
"""Heads whose trunk is a layer of a Sequential."""


def network(head: str, pieces: Pieces) -> Part:
    """The part of a program that holds its network."""
    code = [*pieces.output.definition, *HEADS[head](pieces)]
    return Part("networks", tuple(code), ("Net",))


__all__ = ["CLASSES", "HEADS", "Activation", "Idle", "Output", "Pieces", "Spelled", "network"]
