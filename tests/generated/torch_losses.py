"""Losses in PyTorch: how one is called, and the ways from where it is chosen to where it is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from .code import Code, Mark, Suite, function, klass
from .facts import Loss

NAMES: dict[Loss, tuple[str, str]] = {
    Loss.CROSS_ENTROPY: ("CrossEntropyLoss", "cross_entropy"),
    Loss.NLL: ("NLLLoss", "nll_loss"),
    Loss.BCE_LOGITS: ("BCEWithLogitsLoss", "binary_cross_entropy_with_logits"),
    Loss.BCE: ("BCELoss", "binary_cross_entropy"),
    Loss.KL: ("KLDivLoss", "kl_div"),
}


@dataclass(frozen=True)
class Criterion:
    """A loss with its settings; `swapped` puts the labels first, `decision` is what is called on the prediction before."""

    loss: Loss
    settings: str = ""
    swapped: bool = False
    decision: str = ""
    label_cast: str = ""

    @property
    def arguments(self) -> str:
        """The keyword arguments."""
        return ", ".join(filter(None, ['reduction="batchmean"' if self.loss is Loss.KL else "", self.settings]))

    @property
    def made(self) -> str:
        """The module, constructed."""
        return f"nn.{NAMES[self.loss][0]}({self.arguments})"

    @property
    def name(self) -> str:
        """The function."""
        return f"F.{NAMES[self.loss][1]}"

    def pair(self, out: str, y: str) -> tuple[str, str]:
        """The two tensors, in the order in which they're given."""
        given = f"{out}{self.decision}", f"{y}{self.label_cast}"
        return given[::-1] if self.swapped else given

    def called(self, out: str, y: str) -> str:
        """The function, called."""
        return f"{self.name}({', '.join(filter(None, [*self.pair(out, y), self.arguments]))})"


@dataclass(frozen=True)
class Binding:
    """What a program has to reach its loss.

    `value` is an expression for something to call with prediction and labels; where it's empty, `inline` is called in place.
    `definitions` are the lines of a module that it needs, `names` those of them that others use. The place of the loss is
    `within` the definitions, or where the value is called.
    """

    value: str
    inline: Callable[[str, str], str] | None = None
    definitions: tuple[Code, ...] = ()
    names: tuple[str, ...] = ()
    within: bool = False


def module(criterion: Criterion) -> Binding:
    """A loss module, made where it's needed."""
    return Binding(f"{criterion.made}{Mark.MADE}")


def functional(criterion: Criterion) -> Binding:
    """The function, called in place."""
    return Binding("", criterion.called)


def at_once(criterion: Criterion) -> Binding:
    """The module, made and called in one expression."""
    return Binding("", lambda out, y: f"{criterion.made}({', '.join(criterion.pair(out, y))})")


def function_itself(criterion: Criterion) -> Binding:
    """The function as a value; its settings in a partial."""
    if criterion.arguments:
        return Binding(f"functools.partial({criterion.name}, {criterion.arguments})")
    return Binding(criterion.name)


def constant(criterion: Criterion) -> Binding:
    """A module's constant."""
    return Binding("CRITERION", definitions=(f"CRITERION = {criterion.made}{Mark.MADE}",), names=("CRITERION",))


def registry(criterion: Criterion) -> Binding:
    """A dict of losses, and the name of one."""
    lines = [
        '    "squared": nn.MSELoss(),',
        f'    "chosen": {criterion.made},{Mark.MADE}',
        '    "absolute": nn.L1Loss(),',
    ]
    return Binding('LOSSES["chosen"]', definitions=("\n".join(["LOSSES = {", *lines, "}"]),), names=("LOSSES",))


def classes(criterion: Criterion) -> Binding:
    """A dict of the losses' classes."""
    lines = ['    "squared": nn.MSELoss,', f'    "chosen": nn.{NAMES[criterion.loss][0]},']
    made = f'LOSS_CLASSES["chosen"]({criterion.arguments}){Mark.MADE}'
    return Binding(made, definitions=("\n".join(["LOSS_CLASSES = {", *lines, "}"]),), names=("LOSS_CLASSES",))


def factory(criterion: Criterion) -> Binding:
    """A function that makes the loss of a name."""
    body: list[Code] = [
        Suite('if name == "squared":', ["return nn.MSELoss()"]),
        Suite('if name == "chosen":', [f"return {criterion.made}{Mark.MADE}"]),
        "raise ValueError(name)",
    ]
    return Binding(
        'make_criterion("chosen")', definitions=(function("make_criterion(name)", *body),), names=("make_criterion",)
    )


def by_name(criterion: Criterion) -> Binding:
    """`getattr` of the library's module."""
    return Binding(f'getattr(torch.nn, "{NAMES[criterion.loss][0]}")({criterion.arguments}){Mark.MADE}')


def wrapper(criterion: Criterion) -> Binding:
    """A function of the program's own around the library's."""
    called = criterion.called("prediction", "target")
    body = function("compute_loss(prediction, target)", f"return {called}{Mark.LOSS}")
    return Binding("compute_loss", definitions=(body,), names=("compute_loss",), within=True)


def wrapper_with_parameters(criterion: Criterion) -> Binding:
    """A function of the program's own that is given the library's, and a weight."""
    first, second = criterion.pair("prediction", "target")
    body = function(
        "weighted(prediction, target, measure, factor=1.0)", f"return factor * measure({first}, {second}){Mark.LOSS}"
    )
    call = criterion.made
    return Binding(
        "",
        lambda out, y: f"weighted({out}, {y}, {call}, factor=0.5)",
        definitions=(body,),
        names=("weighted",),
        within=True,
    )


def wrapper_class(criterion: Criterion) -> Binding:
    """A module of the program's own that holds the library's."""
    first, second = criterion.pair("prediction", "target")
    body = klass(
        "Objective(nn.Module)",
        function("__init__(self)", "super().__init__()", f"self.measure = {criterion.made}{Mark.MADE}"),
        "",
        function("forward(self, prediction, target)", f"return self.measure({first}, {second}){Mark.LOSS}"),
    )
    return Binding("Objective()", definitions=(body,), names=("Objective",), within=True)


def subclass(criterion: Criterion) -> Binding:
    """A subclass of the library's loss."""
    pair = ", ".join(criterion.pair("prediction", "target"))
    body = klass(
        f"Measured(nn.{NAMES[criterion.loss][0]})",
        function("forward(self, prediction, target)", f"return super().forward({pair}){Mark.LOSS}"),
    )
    return Binding(f"Measured({criterion.arguments}){Mark.MADE}", definitions=(body,), names=("Measured",), within=True)


def decorated(criterion: Criterion) -> Binding:
    """A function behind a decorator that hands its arguments on."""
    decorator = function(
        "logged(measure)",
        function("wrapped(*args, **kwargs)", "value = measure(*args, **kwargs)", "print(value.item())", "return value",
                 decorators=["functools.wraps(measure)"]),
        "return wrapped",
    )  # fmt: skip
    called = criterion.called("prediction", "target")
    body = function("compute_loss(prediction, target)", f"return {called}{Mark.LOSS}", decorators=["logged"])
    return Binding("compute_loss", definitions=(decorator, "", "", body), names=("compute_loss",), within=True)


def static_method(criterion: Criterion) -> Binding:
    """A static method."""
    called = criterion.called("prediction", "target")
    body = klass(
        "Losses", function("main(prediction, target)", f"return {called}{Mark.LOSS}", decorators=["staticmethod"])
    )
    return Binding("Losses.main", definitions=(body,), names=("Losses",), within=True)


def lambda_(criterion: Criterion) -> Binding:
    """A lambda."""
    called = criterion.called("prediction", "target")
    definition = f"compute_loss = lambda prediction, target: {called}{Mark.LOSS}"
    return Binding("compute_loss", definitions=(definition,), names=("compute_loss",), within=True)


def settings_object(criterion: Criterion) -> Binding:
    """A dataclass of settings that holds the loss's class."""
    name = NAMES[criterion.loss][0]
    body = klass("Settings", "rate: float = 0.1", f"loss: type = nn.{name}", decorators=["dataclasses.dataclass"])
    return Binding(f"Settings().loss({criterion.arguments}){Mark.MADE}", definitions=(body,), names=("Settings",))


def property_(criterion: Criterion) -> Binding:
    """A property that makes the loss."""
    body = klass("Choice", function("criterion(self)", f"return {criterion.made}{Mark.MADE}", decorators=["property"]))
    return Binding("Choice().criterion", definitions=(body,), names=("Choice",))


def argument(criterion: Criterion) -> Binding:
    """What the command line chooses, among two."""
    body = function(
        "choose()",
        "parser = argparse.ArgumentParser()",
        'parser.add_argument("--loss", choices=["chosen", "squared"], default="chosen")',
        "args = parser.parse_args([])",
        Suite('if args.loss == "chosen":', [f"return {criterion.made}{Mark.MADE}"]),
        "return nn.MSELoss()",
    )
    return Binding("choose()", definitions=(body,), names=("choose",))


def terms(criterion: Criterion) -> Binding:
    """A list of weighted terms, summed."""
    first, second = criterion.pair("prediction", "target")
    body = function(
        "compute_loss(prediction, target)",
        "total = 0.0",
        Suite("for weight, term in TERMS:", [f"total = total + weight * term({first}, {second}){Mark.LOSS}"]),
        "return total",
    )
    pairs = f"TERMS = [(0.5, {criterion.made})]"
    return Binding("compute_loss", definitions=(pairs, "", "", body), names=("compute_loss",), within=True)


def module_dict(criterion: Criterion) -> Binding:
    """An nn.ModuleDict."""
    definition = f'CRITERIA = nn.ModuleDict({{"main": {criterion.made}}})'
    return Binding('CRITERIA["main"]', definitions=(definition,), names=("CRITERIA",))


Bind = Callable[[Criterion], Binding]

BINDINGS: dict[str, Bind] = {
    made.__name__.strip("_"): made
    for made in (
        functional, module, at_once, function_itself, constant, registry, classes, factory, by_name, wrapper,
        wrapper_with_parameters, wrapper_class, subclass, decorated, static_method, lambda_, settings_object, property_, argument,
        terms, module_dict,
    )
}  # fmt: skip
"""How a loss is reached, the simplest first."""


def in_constructor(criterion: Criterion) -> Binding:
    """A misuse: the tensors in the place of the settings."""
    return Binding("", lambda out, y: f"nn.{NAMES[criterion.loss][0]}({', '.join(criterion.pair(out, y))})")


def focal(criterion: Criterion) -> Binding:
    """A focal loss on top of the loss of each example; the criterion's settings are those of the loss below."""
    body = klass(
        "FocalLoss(nn.Module)",
        function("__init__(self, gamma=2.0)", "super().__init__()", "self.gamma = gamma"),
        "",
        function(
            "forward(self, prediction, target)",
            f"cost = {criterion.called('prediction', 'target')}{Mark.LOSS}",
            "p_t = torch.exp(-cost)",
            "return ((1 - p_t) ** self.gamma * cost).mean()",
        ),
    )
    return Binding("FocalLoss()", definitions=(body,), names=("FocalLoss",), within=True)


def focal_weighed_after(criterion: Criterion) -> Binding:
    """A focal loss with class weights, whose p_t is of the loss without them."""
    bare = replace(criterion, settings='reduction="none"').called("prediction", "target")
    (body,) = focal(criterion).definitions
    assert isinstance(body, Suite)
    forward = function(
        "forward(self, prediction, target)",
        f"cost = {criterion.called('prediction', 'target')}{Mark.LOSS}",
        f"p_t = torch.exp(-{bare})",
        "return ((1 - p_t) ** self.gamma * cost).mean()",
    )
    return replace(focal(criterion), definitions=(Suite(body.head, [*body.body[:-1], forward]),))


def by_hand(criterion: Criterion) -> Binding:
    """The cross-entropy written out."""
    return _by_hand(f"F.log_softmax(prediction, dim=1){Mark.LOGARITHM}")


def by_hand_in_two_steps(criterion: Criterion) -> Binding:
    """A misuse: its logarithm of a softmax."""
    return _by_hand(f"torch.log(F.softmax(prediction, dim=1)){Mark.LOGARITHM}")


def _by_hand(logarithm: str) -> Binding:
    body = function("compute_loss(prediction, target)", f"return -(target * {logarithm}).sum(dim=1).mean()")
    return Binding("compute_loss", definitions=(body,), names=("compute_loss",), within=True)


SPECIAL: dict[str, Bind] = {
    made.__name__: made for made in (in_constructor, focal, focal_weighed_after, by_hand, by_hand_in_two_steps)
}
"""Bindings that only some programs have."""
