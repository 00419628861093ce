"""Training in PyTorch: labels, the plumbing between the network and the loss, and what stands around the loop."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field

from .code import Code, Mark, Suite, function, klass, loop
from .facts import CLASSES, EXAMPLES, FEATURES, Task

# --------------------------------------------------------------------------------------------------------------- labels


class Source(str, enum.Enum):
    """Where batches come from."""

    TENSORS = "a TensorDataset"
    ROWS = "a Dataset of tensors"
    DICTIONARIES = "a Dataset of dicts"
    SPLIT = "a part of a TensorDataset"
    ARRAYS = "NumPy arrays"
    NUMBERS = "a Dataset that makes each label a number"
    PAIRS = "a list of batches"


class Kind(str, enum.Enum):
    """The labels' type."""

    INTEGERS = "integers"
    FLOATS = "floats"


@dataclass(frozen=True)
class Labels:
    """Labels: of which task, which type they're made with, and a method called on them that changes their shape."""

    task: Task
    source: Source
    kind: Kind
    reshaped: str = ""
    classes: int = CLASSES

    @property
    def inputs(self) -> str:
        """The examples."""
        shape = {Task.PIXELS: f"{EXAMPLES}, 3, 6, 7", Task.TOKENS: f"{EXAMPLES}, 9, {FEATURES}"}
        return f"torch.randn({shape.get(self.task, f'{EXAMPLES}, {FEATURES}')})"

    @property
    def tensor(self) -> str:
        """The labels of all examples."""
        shape = {
            Task.CLASSES: f"({EXAMPLES},)",
            Task.SOFT: f"({EXAMPLES},)",
            Task.BINARY: f"({EXAMPLES}, 1)",
            Task.TAGS: f"({EXAMPLES}, {CLASSES})",
            Task.PIXELS: f"({EXAMPLES}, 6, 7)",
            Task.TOKENS: f"({EXAMPLES}, 9)",
        }[self.task]
        bound = 2 if self.task in (Task.BINARY, Task.TAGS) else self.classes
        if self.source is Source.ARRAYS:
            drawn = f"torch.from_numpy(np.random.randint(0, {bound}, {shape}))"
        else:
            drawn = f"torch.randint(0, {bound}, {shape})"
        if self.task is Task.SOFT:
            drawn = f"F.one_hot({drawn}, {self.classes})"
        return drawn + self.reshaped + (".float()" if self.kind is Kind.FLOATS else "")

    @property
    def by_name(self) -> bool:
        """Whether a batch is a dict."""
        return self.source is Source.DICTIONARIES

    @property
    def code(self) -> list[Code]:
        """What makes the batches: a function `make_loader`."""
        rows = self._rows
        made = "DataLoader(Rows(examples, labels), batch_size=4)"
        if not rows:
            made = "DataLoader(TensorDataset(examples, labels), batch_size=4)"
        lines: list[Code] = [f"examples = {self.inputs}", f"labels = {self.tensor}{Mark.LABELS}"]
        if self.source is Source.SPLIT:
            lines.append(
                "training, held_out = torch.utils.data.random_split("
                + _data("TensorDataset(examples, labels), [8, 4])")
            )
            made = "DataLoader(training, batch_size=4, shuffle=True)"
        if self.source is Source.PAIRS:
            made = "[(examples[:6], labels[:6]), (examples[6:], labels[6:])]"
        maker = function("make_loader()", *lines, f"return {_data(made)}")
        return [*rows, "", "", maker] if rows else [maker]

    @property
    def _rows(self) -> list[Code]:
        returned = {
            Source.ROWS: "self.examples[index], self.labels[index]",
            Source.DICTIONARIES: '{"x": self.examples[index], "y": self.labels[index]}',
            Source.NUMBERS: f"self.examples[index], {'float' if self.kind is Kind.FLOATS else 'int'}(self.labels[index])",
        }.get(self.source)
        if returned is None:
            return []
        rows = klass(
            "Rows(torch.utils.data.Dataset)",
            function("__init__(self, examples, labels)", "self.examples = examples", "self.labels = labels"),
            "",
            function("__len__(self)", "return len(self.labels)"),
            "",
            function("__getitem__(self, index)", f"return {returned}"),
        )
        return [rows]


def _data(text: str) -> str:
    for name in ("DataLoader", "TensorDataset"):
        text = text.replace(f"{name}(", f"torch.utils.data.{name}(")
    return text


# -------------------------------------------------------------------------------------------------------------- batches


class Batches(str, enum.Enum):
    """How a loop takes its batches apart."""

    PAIR = "for x, y in loader"
    WHOLE = "for batch in loader"
    NUMBERED = "for number, (x, y) in enumerate(loader)"
    INDEXED = "batch[0], batch[1]"


@dataclass(frozen=True)
class Names:
    """What variables are called. Names are no evidence: some of them lie."""

    model: str = "model"
    out: str = "out"
    x: str = "x"
    y: str = "y"


@dataclass(frozen=True)
class Site:
    """What the plumbing has at hand: expressions for the model, the loader and the loss, and what a step does afterwards."""

    names: Names
    model: str
    loader: str
    batches: Batches
    by_name: bool
    take: Callable[[str], tuple[list[Code], str]]
    """From a call of the model to statements and the expression of its output, ready for the loss."""
    ready: Callable[[str], str]
    """What is called on the labels."""
    loss: Callable[[str, str], str]
    """The call of the loss."""
    update: list[Code] = field(default_factory=list)
    in_a_method: bool = False

    def forward(self, x: str = "") -> tuple[list[Code], str]:
        """Statements, and the output."""
        return self.take(f"{self.model}({x or self.names.x})")

    @property
    def y(self) -> str:
        """The labels, ready for the loss."""
        return self.ready(self.names.y)

    def each(self, *body: Code, after: list[Code] | None = None) -> list[Code]:
        """The loop over batches."""
        x, y = self.names.x, self.names.y
        if self.by_name:
            return [loop(f"batch in {self.loader}", f'{x}, {y} = batch["x"], batch["y"]', *body), *(after or [])]
        head: str
        opening: list[Code] = []
        match self.batches:
            case Batches.PAIR:
                head = f"{x}, {y} in {self.loader}"
            case Batches.NUMBERED:
                head = f"number, ({x}, {y}) in enumerate({self.loader})"
            case Batches.WHOLE:
                head, opening = f"batch in {self.loader}", [f"{x}, {y} = batch"]
            case Batches.INDEXED:
                head, opening = f"batch in {self.loader}", [f"{x} = batch[0]", f"{y} = batch[1]"]
        return [loop(head, *opening, *body), *(after or [])]


# --------------------------------------------------------------------------------------------------------------- routes


@dataclass(frozen=True)
class Routed:
    """Plumbing, rendered: definitions of the module's, and the statements of a step, after which `loss` holds the loss."""

    step: list[Code]
    definitions: list[Code] = field(default_factory=list)


def direct(at: Site) -> Routed:
    """The output goes straight into the loss."""
    lines, out = at.forward()
    return Routed([*lines, f"loss = {at.loss(out, at.y)}"])


def variable(at: Site) -> Routed:
    """Through a variable of its own."""
    lines, out = at.forward()
    if lines:
        return Routed([*lines, f"prediction = {out}", f"loss = {at.loss('prediction', at.y)}"])
    return Routed([f"{at.names.out} = {out}", f"loss = {at.loss(at.names.out, at.y)}"])


def on_device(at: Site) -> Routed:
    """Moved to a device before."""
    lines, out = at.forward()
    moved = f"{at.names.x}, {at.names.y} = {at.names.x}.to('cpu'), {at.names.y}.to('cpu')"
    return Routed([moved, *lines, f"loss = {at.loss(out, at.y)}"])


def forward_method(at: Site) -> Routed:
    """`model.forward(x)`."""
    lines, out = at.take(f"{at.model}.forward({at.names.x})")
    return Routed([*lines, f"loss = {at.loss(out, at.y)}"])


def forward_by_name(at: Site) -> Routed:
    """`getattr(model, "forward")(x)`."""
    lines, out = at.take(f'getattr({at.model}, "forward")({at.names.x})')
    return Routed([*lines, f"loss = {at.loss(out, at.y)}"])


def helper(at: Site) -> Routed:
    """A function that is given the network, and returns what it returns."""
    lines, out = at.take(f"run({at.model}, {at.names.x})")
    return Routed(
        [*lines, f"loss = {at.loss(out, at.y)}"], [function("run(network, inputs)", "return network(inputs)")]
    )


def helper_with_labels(at: Site) -> Routed:
    """A function that returns output and labels."""
    lines, out = at.take("network(inputs)")
    body = function("predicted(network, inputs, labels)", *lines, f"return {out}, labels")
    step: list[Code] = [f"out, wanted = predicted({at.model}, {at.names.x}, {at.names.y})"]
    return Routed([*step, f"loss = {at.loss('out', at.ready('wanted'))}"], [body])


def helper_with_keywords(at: Site) -> Routed:
    """A function with keyword-only parameters."""
    lines, out = at.take("network(inputs)")
    body = function("outputs_of(*, network, inputs)", *lines, f"return {out}")
    call = f"outputs_of(inputs={at.names.x}, network={at.model})"
    return Routed([f"loss = {at.loss(call, at.y)}"], [body])


def kwargs(at: Site) -> Routed:
    """A dict of keyword arguments of the model."""
    lines, out = at.take(f"{at.model}(**arguments)")
    return Routed([f'arguments = {{"x": {at.names.x}}}', *lines, f"loss = {at.loss(out, at.y)}"])


def in_a_list(at: Site) -> Routed:
    """An element of a list."""
    lines, out = at.forward()
    return Routed([*lines, f"found = [{out}]", f"loss = {at.loss('found[0]', at.y)}"])


def in_a_dict(at: Site) -> Routed:
    """An entry of a dict."""
    lines, out = at.forward()
    call = at.loss('state["out"]', 'state["y"]')
    return Routed([*lines, f'state = {{"out": {out}, "y": {at.y}}}', f"loss = {call}"])


def dict_of_losses(at: Site) -> Routed:
    """A dict of losses, summed."""
    lines, out = at.forward()
    return Routed([*lines, f'losses = {{"main": {at.loss(out, at.y)}}}', "loss = sum(losses.values())"])


def several_losses(at: Site) -> Routed:
    """A list of losses that grows."""
    lines, out = at.forward()
    return Routed([*lines, "losses = []", f"losses.append({at.loss(out, at.y)})", "loss = sum(losses)"])


def zipped(at: Site) -> Routed:
    """In parts, beside each other."""
    lines, out = at.forward()
    inner = loop(f"part, wanted in zip({out}.split(2), {at.y}.split(2))", f"loss = loss + {at.loss('part', 'wanted')}")
    return Routed([*lines, "loss = 0.0", inner])


def masked(at: Site) -> Routed:
    """The rows that a mask keeps."""
    lines, out = at.forward()
    keep = f"keep = torch.ones(len({at.names.y}), dtype=torch.bool)"
    return Routed([*lines, keep, f"loss = {at.loss(f'{out}[keep]', f'{at.y}[keep]')}"])


def concatenated(at: Site) -> Routed:
    """Put together with itself."""
    lines, out = at.forward()
    pair = at.loss("torch.cat([found, found])", "torch.cat([wanted, wanted])")
    return Routed([*lines, f"found, wanted = {out}, {at.y}", f"loss = {pair}"])


def contiguous(at: Site) -> Routed:
    """Operations that change nothing."""
    lines, out = at.forward()
    return Routed([*lines, f"found = {out}.contiguous()", "found = found.clone()", f"loss = {at.loss('found', at.y)}"])


def in_a_context(at: Site) -> Routed:
    """A context manager."""
    lines, out = at.forward()
    return Routed([Suite("with torch.enable_grad():", [*lines, f"loss = {at.loss(out, at.y)}"])])


def through_try(at: Site) -> Routed:
    """A try statement."""
    lines, out = at.forward()
    attempt = Suite("try:", [*lines, f"found = {out}"])
    return Routed([attempt, Suite("except ValueError:", ["continue" if not at.in_a_method else "return None"]),
                   f"loss = {at.loss('found', at.y)}"])  # fmt: skip


def assigned_inside(at: Site) -> Routed:
    """An assignment expression."""
    lines, out = at.forward()
    return Routed([*lines, f"loss = {at.loss(f'(found := {out})', at.y)}", "print(found.shape)"])


def closure(at: Site) -> Routed:
    """A function inside of the step."""
    lines, out = at.forward()
    return Routed([function("compute()", *lines, f"return {at.loss(out, at.y)}"), "loss = compute()"])


def conditional(at: Site) -> Routed:
    """A conditional expression whose two sides are the same thing."""
    lines, out = at.forward()
    return Routed([*lines, f"found = {out}", f"found = found if len({at.names.x}) > 1 else found.clone()",
                   f"loss = {at.loss('found', at.y)}"])  # fmt: skip


def unpacked(at: Site) -> Routed:
    """A pair, taken apart in a line of its own."""
    lines, out = at.forward()
    return Routed([*lines, f"pair = ({out}, {at.y})", "found, wanted = pair", f"loss = {at.loss('found', 'wanted')}"])


def in_lists(at: Site) -> Routed:
    """Lists that a loop fills, put together after it."""
    lines, out = at.forward()
    body: list[Code] = [*lines, f"found.append({out})", f"wanted.append({at.y})"]
    after: list[Code] = [f"loss = {at.loss('torch.cat(found)', 'torch.cat(wanted)')}", *at.update]
    return Routed(["found, wanted = [], []", *at.each(*body, after=after)])


def comprehension(at: Site) -> Routed:
    """A comprehension of losses."""
    lines, out = at.take("network(inputs)")
    body = function("output_of(network, inputs)", *lines, f"return {out}")
    x, y = at.names.x, at.names.y
    if at.by_name:
        call = at.loss(f'output_of({at.model}, batch["x"])', at.ready('batch["y"]'))
        made = f"losses = [{call} for batch in {at.loader}]"
    else:
        made = f"losses = [{at.loss(f'output_of({at.model}, {x})', at.y)} for {x}, {y} in {at.loader}]"
    return Routed([made, "loss = sum(losses)", *at.update], [body])


def generator(at: Site) -> Routed:
    """A generator that yields outputs and labels."""
    x, y = at.names.x, at.names.y
    lines, out = at.take(f"network({x})")
    head = loop(f"{x}, {y} in batches", *lines, f"yield {out}, {y}")
    if at.by_name:
        head = loop("batch in batches", f'{x}, {y} = batch["x"], batch["y"]', *lines, f"yield {out}, {y}")
    body = function("predictions(network, batches)", head)
    step = loop(f"found, wanted in predictions({at.model}, {at.loader})",
                f"loss = {at.loss('found', at.ready('wanted'))}", *at.update)  # fmt: skip
    return Routed([step], [body])


def epochs(at: Site) -> Routed:
    """A loop around the loop."""
    lines, out = at.forward()
    inner = at.each(*lines, f"loss = {at.loss(out, at.y)}", *at.update)
    return Routed([loop("epoch in range(2)", *inner)])


Route = Callable[[Site], Routed]

STEPS: dict[str, Route] = {
    made.__name__: made
    for made in (
        direct, variable, on_device, forward_method, forward_by_name, helper, helper_with_labels, helper_with_keywords, kwargs,
        in_a_list, in_a_dict, dict_of_losses, several_losses, zipped, masked, concatenated, contiguous, in_a_context, through_try,
        assigned_inside, closure, conditional, unpacked,
    )
}  # fmt: skip
"""Plumbing within a step, the simplest first."""

LOOPS: dict[str, Route] = {made.__name__: made for made in (epochs, in_lists, comprehension, generator)}
"""Plumbing that has a loop of its own."""

ROUTES: dict[str, Route] = STEPS | LOOPS

WITHOUT_PARAMETER = {"kwargs"}
"""Routes that need to know what the network's parameter is called."""


# --------------------------------------------------------------------------------------------------------------- shells


class Shell(str, enum.Enum):
    """What stands around the loop."""

    FUNCTION = "a function"
    SCRIPT = "a module's own lines"
    PARAMETERS = "a function with parameters"
    DEFAULTS = "a function whose loss is a default"
    TRAINER = "a class that is given all"
    OWN_TRAINER = "a class that makes all"
    CLASS_ATTRIBUTE = "a class with the loss as its attribute"
    STEP_METHOD = "a class with a method for a step"
    CALLBACK = "a step that is handed to the loop"
    LIGHTNING = "a LightningModule"


def update(optimizer: str = "optimizer") -> list[Code]:
    """What follows a loss."""
    return [f"{optimizer}.zero_grad()", "loss.backward()", f"{optimizer}.step()"]
