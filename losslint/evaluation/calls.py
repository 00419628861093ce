"""Calling a value: the project's functions and classes, layers and losses, Python's own functions."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from losslint import frameworks
from losslint.evaluation import (
    attributes,
    backends,
    data,
    effects,
    estimators,
    functional,
    metrics,
    networks,
    operators,
)
from losslint.evaluation import conditions as cond
from losslint.evaluation import values as v
from losslint.evaluation.observations import Caller, Unmet
from losslint.evaluation.values import (
    FORM,
    NO_SHAPE,
    Arguments,
    Atom,
    Bound,
    ClassValue,
    Const,
    External,
    Function,
    Instance,
    Made,
    Mapping,
    ModuleValue,
    Network,
    Partial,
    Scale,
    Seq,
    Super,
    Tensor,
    Unknown,
    Value,
)  # fmt: skip
from losslint.frameworks.vocabulary import (
    Api,
    Batches,
    Catalogue,
    Chain,
    CrossPrediction,
    Encode,
    Estimator,
    Fit,
    Flow,
    LabelledData,
    Learner,
    Loss,
    Metric,
    Model,
    Parts,
    Scorer,
    Slices,
    Splits,
    Trainer,
    Wrap,
)  # fmt: skip

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.program.module import Module


def call(evaluator: Evaluator, atom: Atom, arguments: Arguments, node: ast.AST) -> Value:
    """`atom(arguments)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in data.RUNNERS:
        data.feed(evaluator, arguments)
    match atom:
        case Function():
            return call_project(evaluator, atom, None, arguments, node)
        case Bound():
            return call_bound(evaluator, atom, arguments, node)
        case ClassValue():
            return instantiate(evaluator, atom, arguments, node)
        case Instance():
            return call_instance(evaluator, atom, arguments, node)
        case External():
            return call_external(evaluator, atom, arguments, node)
        case Made():
            if atom.api is not None and isinstance(atom.api.effect, Metric):
                return metrics.called(evaluator, atom, arguments, node)
            return effects.call_made(evaluator, atom, arguments, node)
        case Network():
            return networks.call(evaluator, atom, arguments, node)
        case Partial():
            merged = Arguments(
                [*atom.arguments.positional, *arguments.positional],
                {**atom.arguments.keywords, **arguments.keywords},
                atom.arguments.open or arguments.open,
            )
            return evaluator.call(atom.function, merged, node, node)
        case Unknown():
            _lost(evaluator, atom, arguments, node)
            return Unknown(atom.reason or "a call of what isn't known", ("call", atom.key, id(node), v.fresh()),
                           None, atom.origin)  # fmt: skip
        case Tensor():
            return Unknown("a call of a tensor")
    return Unknown("a call of what can't be called")


def _lost(evaluator: Evaluator, unknown: Unknown, arguments: Arguments, node: ast.AST) -> None:
    """What isn't known is called: the functions and losses that it is given are out of sight."""
    evaluator.escape(arguments, f"passed to what isn't known: {unknown.reason}")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "compile":
        given, written = arguments.keywords.get("loss", (None, None))
        if isinstance(given, Const) and isinstance(given.value, str) and frameworks.loss_from_string(given.value):
            evaluator.unmet.append(
                Unmet(given.value, evaluator.frame.module, node, f"the model isn't known: {unknown.reason}", written)
            )
        elif isinstance(given, (Function, Partial)):  # Keras calls it with the labels and the output
            roles = [Unknown(unknown.reason, (role, v.fresh()), role) for role in ("label", "prediction")]
            backends.call_loss(evaluator, evaluator.frame.module, given, Arguments([(role, None) for role in roles]), node)


def call_project(
    evaluator: Evaluator, function: Function, owner: Atom | None, arguments: Arguments, node: ast.AST
) -> Value:
    """Call a function of the project; what it gets and gives back remembers the way."""
    passed = _passed(evaluator, function, owner, arguments, node)
    title = function.name if function.owner is None else f"{function.owner.name}.{function.name}"
    module = evaluator.frame.module
    callers = evaluator.callers
    evaluator.callers = (*callers, Caller(module, node, title))
    try:
        result = evaluator.call_function(function, owner, passed, node)
    finally:
        evaluator.callers = callers
    if isinstance(function.node, ast.Lambda):
        return result
    return evaluator.returned(result, f"returned by {title}", module, node)


def _passed(
    evaluator: Evaluator, function: Function, owner: Atom | None, arguments: Arguments, node: ast.AST
) -> Arguments:
    """The arguments, each with the step that it is passed to this function (where its scale is of interest)."""
    if isinstance(function.node, ast.Lambda):
        return arguments
    module = evaluator.frame.module
    title = function.name if function.owner is None else f"{function.owner.name}.{function.name}"
    message = f"passed to {title}"
    return Arguments(
        [(_step(value, module, node, message), written) for value, written in arguments.positional],
        {name: (_step(value, module, node, message), written) for name, (value, written) in arguments.keywords.items()},
        arguments.open,
    )


def _step(value: Value, module: Module, node: ast.AST, message: str) -> Value:
    """A value with one more step on its way."""
    if isinstance(value, Tensor) and value.way is not None and _notable(value):
        return value.but(way=v.further(value.way, module, node, message))
    if isinstance(value, v.Choice):
        return cond.choice([(inner, _step(atom, module, node, message)) for inner, atom in value.alternatives])
    return value


def _notable(tensor: Tensor) -> bool:
    return tensor.scale not in (Scale.UNKNOWN, Scale.UNBOUNDED)


def takes(constructor: Function, arguments: Arguments) -> bool:
    """Whether a constructor can be called with these arguments: where one of several classes is chosen, not each can."""
    node = constructor.node
    if arguments.open or isinstance(node, ast.Lambda) or node.decorator_list:
        return True
    spec = node.args
    plain = [a.arg for a in [*spec.posonlyargs, *spec.args]][1:]
    keyword_only = [a.arg for a in spec.kwonlyargs]
    if len(arguments.positional) > len(plain) and spec.vararg is None:
        return False
    given = {*plain[: len(arguments.positional)], *arguments.keywords}
    if spec.kwarg is None and not given <= {*plain, *keyword_only}:
        return False
    return all(name in given or name in constructor.defaults for name in (*plain, *keyword_only))


def instantiate(evaluator: Evaluator, cls: ClassValue, arguments: Arguments, node: ast.AST) -> Value:
    """Make an object of a project's class."""
    module = evaluator.frame.module
    if evaluator.is_a(cls, frozenset({"torch.autograd.Function"})):
        return Unknown(f"`{cls.name}` is a torch.autograd.Function")
    fields = cls.attributes.get("__dataclass_fields__")
    method = evaluator.find_method(cls, "__init__")
    if method is not None and evaluator.chosen is not None and not takes(method, arguments):
        return Unknown(f"`{cls.name}` doesn't take these arguments")
    instance = Instance(cls, {}, evaluator.path, node, module)
    kept = evaluator.instances.setdefault(id(cls), [])
    if len(kept) < 8:
        kept.append(instance)
    if method is not None:
        evaluator.call_function(method, instance, arguments, node)
    elif isinstance(fields, Seq):
        names = [str(f.value) for f in fields.items if isinstance(f, Const)]
        if arguments.open:
            instance.attributes.update({n: Unknown(f"`{n}` comes from unpacked arguments") for n in names})
        for name, (value, _) in zip(names, arguments.positional, strict=False):
            instance.attributes[name] = value
        for name, (value, _) in arguments.keywords.items():
            instance.attributes[name] = value
    elif any(isinstance(b, External) and b.name in ("typing.NamedTuple", "collections.namedtuple") for b in cls.mro):
        names = [s.target.id for s in cls.node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
        return v.named_tuple(tuple(names), arguments)
    elif evaluator.is_a(cls, frozenset({"torch.nn.Sequential", "keras.Sequential", "keras.models.Sequential"})):
        networks.inherit(evaluator, instance, arguments, node)
    elif not any(isinstance(b, External) for b in cls.mro):
        pass
    else:
        networks.inherit(evaluator, instance, arguments, node)
        for name, (value, _) in arguments.keywords.items():
            instance.attributes.setdefault(name, value)
    if fields is not None:
        after = evaluator.find_method(cls, "__post_init__")
        if after is not None:
            evaluator.call_function(after, instance, Arguments(), node)
    return instance


def call_instance(evaluator: Evaluator, instance: Instance, arguments: Arguments, node: ast.AST) -> Value:
    """Call an object: `__call__`, or what its framework's `__call__` calls."""
    for name in ("__call__", "forward", "call"):
        own = evaluator.read(instance.attributes, name)
        if own is not None and name != "__call__":
            return evaluator.call(own, arguments, node, node)
        method = evaluator.find_method(instance.cls, name)
        if method is None:
            continue
        if name == "call":
            arguments = _training(method, arguments)
        return call_project(evaluator, method, instance, arguments, node)
    chain = instance.attributes.get("__layers__")
    if isinstance(chain, Network):
        return networks.call(evaluator, chain, arguments, node)
    inherited = next((b for b in instance.cls.mro if isinstance(b, External)), None)
    if inherited is not None:
        stored = instance.attributes.get("__super__")
        if isinstance(stored, Made):
            return effects.call_made(evaluator, stored, arguments, node)
        return Unknown(f"`{inherited.shown}`, which {instance.cls.name} inherits from, is outside the project")
    return Unknown(f"{instance.cls.name} can't be called")


def _training(method: Function, arguments: Arguments) -> Arguments:
    """Keras calls `call(..., training=True)` while it trains."""
    spec = method.node.args
    names = [a.arg for a in [*spec.args, *spec.kwonlyargs]]
    if (
        "training" in names
        and "training" not in arguments.keywords
        and len(arguments.positional) < names.index("training")
    ):
        return Arguments(arguments.positional, {**arguments.keywords, "training": (Const(True), None)}, arguments.open)
    return arguments


def call_bound(evaluator: Evaluator, bound: Bound, arguments: Arguments, node: ast.AST) -> Value:
    """Call a method."""
    owner, name = bound.owner, bound.name
    if bound.function is not None:
        if name == "call" and isinstance(owner, Instance):
            arguments = _training(bound.function, arguments)
        return call_project(evaluator, bound.function, owner, arguments, node)
    match owner:
        case Tensor():
            if name in ("dim", "ndimension") and owner.shape.rank is not None:
                return Const(owner.shape.rank)
            return effects.call_method(evaluator, owner, name, arguments, node)
        case Unknown():
            return effects.call_method(evaluator, owner, name, arguments, node)
        case Seq():
            return _list_method(evaluator, owner, name, arguments, node)
        case Mapping():
            return _dict_method(evaluator, owner, name, arguments, node)
        case Network():
            return networks.method(evaluator, owner, name, arguments, node)
        case Instance():
            return networks.instance_method(evaluator, owner, name, arguments, node)
        case Super():
            return _super_method(evaluator, owner, name, arguments, node)
        case Made():
            return _made_method(evaluator, owner, name, arguments, node)
        case ClassValue():
            return evaluator.new_unknown(owner)
    assert isinstance(owner, Const)  # of all else an attribute that isn't a function of the project isn't known
    return _string_method(owner, name, arguments)


def _super_method(evaluator: Evaluator, owner: Super, name: str, arguments: Arguments, node: ast.AST) -> Value:
    instance = owner.instance
    if isinstance(instance, Instance):
        if name == "__init__":
            base = next((b for b in instance.cls.mro if isinstance(b, External)), None)
            if base is not None:
                networks.initialise(evaluator, instance, base, arguments, node)
            return Const(None)
        if name in ("forward", "__call__", "call"):
            stored = instance.attributes.get("__super__")
            if isinstance(stored, Made):
                return effects.call_made(evaluator, stored, arguments, node)
            chain = instance.attributes.get("__layers__")
            if isinstance(chain, Network):
                return networks.call(evaluator, chain, arguments, node)
            if name == "__call__":
                return call_instance(evaluator, instance, arguments, node)
            return Unknown(f"`super().{name}` is outside the project")
        stored = instance.attributes.get("__super__")
        if isinstance(stored, Made) and name == "__getitem__" and data.is_data_set(stored):
            return data.sample_of(evaluator, stored, node)
        return networks.instance_method(evaluator, instance, name, arguments, node)
    return Unknown(f"`super().{name}` is outside the project")


def _made_method(evaluator: Evaluator, made: Made, name: str, arguments: Arguments, node: ast.AST) -> Value:
    """A method of an object that a library made."""
    if made.api is not None and isinstance(made.api.effect, Metric):
        if name in ("update_state", "__call__"):
            return metrics.called(evaluator, made, arguments, node)
        return Unknown(f"`.{name}()` of a metric")
    if name in ("forward", "__call__", "call"):
        return effects.call_made(evaluator, made, arguments, node)
    if made.api is not None and isinstance(made.api.effect, Trainer) and name in ("fit", "validate", "test"):
        if name == "fit":
            _train(evaluator, arguments, node)
        return Const(None)
    found = estimators.method(evaluator, made, name, arguments, node)
    if found is None:
        found = data.method(evaluator, made, name, arguments, node)
    if found is None:
        found = functional.of_state(evaluator, made, name, arguments, node)
    if found is not None:
        return found
    if name in networks.MODULE_IDENTITIES and not (made.api is not None and isinstance(made.api.effect, Trainer)):
        return made
    if made.name == "argparse.ArgumentParser":
        return _parser(evaluator, made, name, arguments)
    known = frameworks.object_method(made.name, name)
    if known is not None:
        if isinstance(known.effect, (Batches, Flow, Encode, Fit)):
            return data.make(evaluator, f"{made.shown.rpartition('.')[2]}.{name}", known, arguments, node, made)
        return effects.call_function(evaluator, External(f"{made.name}.{name}", name), known, arguments, node, "method")
    if name in ("setup", "prepare", "prepare_model", "setup_module", "setup_dataloaders") and arguments.positional:
        given = [value for value, _ in arguments.positional]
        return given[0] if len(given) == 1 else Seq("tuple", given)
    if made.api is not None and isinstance(made.api.effect, Model) and name in ("compile", "fit"):
        return networks.method_of_model(evaluator, made, name, arguments, node)
    evaluator.escape(arguments, f"passed to `{made.shown}().{name}`, which isn't known")
    return Unknown(
        f"`{made.shown}().{name}` isn't known", ("method", v.fresh()), "data" if name.startswith("__") else None
    )


def _train(evaluator: Evaluator, arguments: Arguments, node: ast.AST) -> None:
    """Lightning's `fit`: the module's own steps, on batches of the loaders that it is given, or of those of a data module."""
    given = [value for value, _ in arguments.positional]
    named = {name: value for name, (value, _) in arguments.keywords.items()}
    model = given[0] if given else named.get("model")
    source = given[1] if len(given) > 1 else named.get("train_dataloaders", named.get("train_dataloader"))
    held_out = given[2] if len(given) > 2 else named.get("val_dataloaders")
    modules = [m for m in (named.get("datamodule"), source, model) if isinstance(m, Instance)]
    if not isinstance(model, Instance):
        return
    for step, loader, maker in (
        ("training_step", source, "train_dataloader"),
        ("validation_step", held_out, "val_dataloader"),
    ):
        method = evaluator.find_method(model.cls, step)
        found = loader if isinstance(loader, Made) else data.loader_of(evaluator, modules, maker, node)
        if method is None or found is None:
            continue
        batch = data.element_of(evaluator, found, node)
        if not isinstance(batch, Unknown):
            index = Unknown("the number of a batch", ("index", v.fresh()), kind="int")
            call_project(evaluator, method, model, Arguments([(batch, None), (index, None)]), node)


def _parser(evaluator: Evaluator, made: Made, name: str, arguments: Arguments) -> Value:
    if name == "add_argument":
        evaluator.memory.touch(made)
        _add_argument(made, arguments)
    if name in ("parse_args", "parse_known_args"):
        found = made.attributes.get("__parsed__")
        if found is None:
            found = Unknown("a command-line argument", ("arguments", v.fresh()), None, "choice")
            evaluator.memory.touch(made)
            made.attributes["__parsed__"] = found
            for argument, options in made.attributes.items():
                if isinstance(options, Seq):
                    named = [option.value for option in options.items if isinstance(option, Const)]
                    evaluator.options["attribute", found.key, argument] = tuple(map(str, named[: v.MOST_ALTERNATIVES]))
        if name == "parse_known_args":
            return Seq("tuple", [found, Unknown("further arguments")])
        return found
    if name in ("add_argument_group", "add_mutually_exclusive_group", "add_subparsers"):
        return made
    return Const(None)


def _add_argument(parser: Made, arguments: Arguments) -> None:
    """Remember what a parser names for an argument: its choices, or else its default, where those are texts."""
    flags = [value.value for value, _ in arguments.positional if isinstance(value, Const) and isinstance(value.value, str)]
    given = {key: value for key, (value, _) in arguments.keywords.items()}
    target = given.get("dest")
    name = target.value if isinstance(target, Const) else next((f for f in flags if f.startswith("--")), "".join(flags[:1]))
    choices, default = given.get("choices"), given.get("default")
    items: list[Value] = list(choices.items) if isinstance(choices, Seq) and choices.rest is None else []
    if isinstance(choices, Mapping) and choices.rest is None:
        items = [Const(key) for key in choices.items]
    options = items or ([default] if default is not None else [])
    if options and all(isinstance(option, Const) and isinstance(option.value, str) for option in options):
        parser.attributes[str(name).lstrip("-").replace("-", "_")] = Seq("tuple", options)


_PLAIN_FORMAT = re.compile(r"(?:[^{}]|\{\{|\}\}|\{\d{0,3}(?::[<>^0+ ]{0,3}\d{0,3}[a-z]?)?\})*")


def _string_method(owner: Const, name: str, arguments: Arguments) -> Value:
    if isinstance(owner.value, str):
        constants = [a.value for a, _ in arguments.positional if isinstance(a, Const)]
        if name in ("lower", "upper", "strip", "title", "capitalize") and not arguments.positional:
            return Const(getattr(owner.value, name)())
        if name in ("startswith", "endswith") and len(constants) == 1 and isinstance(constants[0], str):
            return Const(getattr(owner.value, name)(constants[0]))
        if name == "format" and all(isinstance(c, (str, int)) for c in constants) and not arguments.keywords:
            # a width may be as large as a number can be, and is no part of any name
            if len(constants) == len(arguments.positional) and _PLAIN_FORMAT.fullmatch(owner.value):
                try:
                    return Const(owner.value.format(*constants)[: operators.MOST_TEXT])
                except (IndexError, ValueError):
                    pass
        if name == "format" and len(arguments.positional) == 1 and not arguments.keywords:
            before, braces, after = owner.value.partition("{}")
            inner = arguments.positional[0][0]
            if braces and "{" not in before + after and not isinstance(inner, v.Choice):
                text = operators.joined_text(Const(before), inner)
                joined = operators.joined_text(text, Const(after)) if text is not None else None
                if joined is not None:
                    return joined
    return Unknown("a string's method", ("text", v.fresh()))


def _list_method(evaluator: Evaluator, owner: Seq, name: str, arguments: Arguments, node: ast.AST) -> Value:
    values = [value for value, _ in arguments.positional]
    written = arguments.positional[0][1] if arguments.positional else None
    if name in ("append", "insert", "pop", "remove", "clear"):
        operators.grown(evaluator, owner)
    match name:
        case "append" if values:
            if operators.under_condition(evaluator):
                owner.rest = cond.shared([*owner.items, *([owner.rest] if owner.rest is not None else []), values[0]])
            else:
                owner.items.append(values[0])
                owner.nodes.append(written or node)
                if len(owner.items) > operators.MOST_ITEMS:
                    owner.rest = Unknown("a long list")
            return Const(None)
        case "extend" if values:
            operators.extend(evaluator, owner, values[0], written or node)  # type: ignore[arg-type]
            return Const(None)
        case "insert" if len(values) == 2:
            index = operators.index_of(values[0])
            if isinstance(index, int) and not operators.under_condition(evaluator):
                owner.items.insert(index, values[1])
                owner.nodes.insert(index, node)
            else:
                owner.rest = Unknown("inserted where isn't known")
            return Const(None)
        case "pop":
            if owner.items and owner.rest is None and not operators.under_condition(evaluator):
                index = operators.index_of(values[0]) if values else -1
                if isinstance(index, int) and -len(owner.items) <= index < len(owner.items):
                    if len(owner.nodes) == len(owner.items):
                        owner.nodes.pop(index)
                    return owner.items.pop(index)
            owner.rest = Unknown("a list from which something was taken")
            return Unknown("an element of a list")
        case "copy":
            return Seq(owner.kind, list(owner.items), owner.rest, owner.node, owner.module, list(owner.nodes),
                       depth=evaluator.loops, repeated=owner.repeated)  # fmt: skip
        case "index" | "count":
            return Unknown("a number", ("index", v.fresh()), kind="int")
        case "clear":
            owner.items.clear()
            owner.nodes.clear()
            return Const(None)
        case "to" | "cuda" | "_asdict" | "tuple":
            return owner
    return Unknown(f"`.{name}()` of a list")


def written_of(arguments: Arguments, index: int) -> ast.expr | None:
    """The expression that wrote a positional argument."""
    return arguments.positional[index][1] if index < len(arguments.positional) else None


def _dict_method(evaluator: Evaluator, owner: Mapping, name: str, arguments: Arguments, node: ast.AST) -> Value:
    values = [value for value, _ in arguments.positional]
    match name:
        case "get" | "pop" | "setdefault" if values:
            key = values[0]
            evaluator.registrations.complete(owner, key)
            if isinstance(key, Const) and key.value not in owner.items and owner.rest is None:
                return values[1] if len(values) > 1 else Const(None)
            default: Value | None = None
            if name == "get":  # without one it's None: how a program asks whether a key is new
                default = values[1] if len(values) > 1 else Const(None)
            found = operators.lookup(evaluator, owner, key, written_of(arguments, 0) or node, default)
            if name == "pop":
                operators.remove(evaluator, owner, key)
            return found
        case "items" | "keys" | "values" if not evaluator.registrations.complete(owner, None):
            return Seq("list", [], Unknown("a part of a large registry"))
        case "items":
            pairs: list[Value] = [Seq("tuple", [Const(k), value]) for k, value in owner.items.items()]
            rest = None if owner.rest is None else Seq("tuple", [Unknown("a key"), owner.rest])
            return Seq("list", pairs if rest is None else [], rest)
        case "keys":
            return Seq("list", [Const(k) for k in owner.items], None if owner.rest is None else Unknown("a key"))
        case "values":
            return Seq("list", list(owner.items.values()) if owner.rest is None else [], owner.rest)
        case "update":
            evaluator.memory.touch(owner)
            for value in values:
                if isinstance(value, Mapping) and not operators.under_condition(evaluator):
                    owner.items.update(value.items)
                    owner.rest = owner.rest or value.rest
                else:
                    owner.rest = Unknown("updated by what isn't known")
            for name_of, (value, _) in arguments.keywords.items():
                owner.items[name_of] = value
            return Const(None)
        case "popitem":
            last = list(owner.items)[-1:] if owner.rest is None else []
            operators.remove(evaluator, owner, Const(last[0]) if last else Unknown("a key"))
            return Unknown("an item of a dict")
        case "copy" | "to":
            return Mapping(dict(owner.items), owner.rest, owner.node, owner.module)
    return Unknown(f"`.{name}()` of a dict")


# ------------------------------------------------------------------------------------------------------------- outside


def call_external(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """Call a function or a class from outside the project."""
    name = external.name
    if name.startswith("builtins."):
        return _builtin(evaluator, name[9:], arguments, node)
    special = _SPECIAL.get(name)
    if special is not None:
        return special(evaluator, external, arguments, node)
    if name.startswith(("torch.Tensor.", "torch.tensor_methods.")):
        api = frameworks.method(name.rpartition(".")[2])
        if api is not None:
            return effects.call_function(evaluator, external, api, arguments, node, "call")
    api = frameworks.lookup(name)
    if api is None:
        evaluator.escape(arguments, f"passed to `{external.shown}`, which is outside the project")
        if not arguments.positional and not arguments.keywords and name.rpartition(".")[2][:1].isupper():
            return Made(name, external.shown, None, arguments, node, evaluator.frame.module, evaluator.path)
        if name.rpartition(".")[2][:1].isupper():
            return Made(name, external.shown, None, arguments, node, evaluator.frame.module, evaluator.path)
        role = "data" if name.endswith((".iter", ".tqdm")) else None
        if name.rpartition(".")[2] in ("tqdm", "trange", "track", "progress_bar") and arguments.positional:
            return arguments.positional[0][0]
        return Unknown(f"`{external.shown}` is outside the project", ("call", id(node), v.fresh()), role)
    effect = api.effect
    match effect:
        case Wrap():
            bound = effects.Bindings.of(api.signature, effects.renamed(api, arguments))
            found = bound.value(effect.input)
            if found is None:
                return Unknown(f"`{external.shown}` of nothing")
            return found
        case Chain():
            return networks.make(evaluator, external, effect, arguments, node)
        case LabelledData() | Parts() | Slices() | Batches() | Catalogue() | Splits() | Encode():
            return data.make(evaluator, external.shown, api, arguments, node, None)
        case Metric() if api.call is None:
            bound = effects.Bindings.of(api.signature, effects.renamed(api, arguments))
            return metrics.function(evaluator, external.shown, api, bound, node)
        case CrossPrediction() | Scorer():
            return estimators.call(evaluator, external, api, arguments, node)
        case Learner():
            return _learner(evaluator, external, api, effect, arguments, node)
    if api.call is not None or isinstance(effect, (Model, Trainer, Estimator)):
        made = Made(name, external.shown, api, arguments, node, evaluator.frame.module, evaluator.path)
        if isinstance(effect, Loss) and isinstance(node, ast.Call):
            effects.observe_made(evaluator, made, effect, node, is_call=False)
        if isinstance(effect, Loss):
            tensors = [t for t, _ in arguments.positional if isinstance(t, Tensor)]
            if len(tensors) >= 2:
                return Tensor(Scale.LOSS)
        return made
    return effects.call_function(evaluator, external, api, arguments, node, "call")


def _learner(
    evaluator: Evaluator, external: External, api: Api, effect: Learner, arguments: Arguments, node: ast.AST
) -> Value:
    """A trainer is made: the loss meets what the model gives, for a batch that isn't known."""
    bound = effects.Bindings.of(api.signature, effects.renamed(api, arguments))
    model = bound.value(effect.model) or Unknown("a model that isn't given")
    loss = bound.value(effect.loss) or Unknown("a loss that isn't given")
    made_by = Api(api.text, Estimator(probabilities=True)) if effect.estimator else None
    trainer = Made(external.name, external.shown, made_by, arguments, node, evaluator.frame.module, evaluator.path)
    if any(not bound.is_default(name) for name in effect.unless):
        return trainer

    def made(atom: Atom) -> Value:
        # skorch takes classes and makes the objects itself
        known = frameworks.lookup(atom.name) if isinstance(atom, External) else None
        is_class = isinstance(atom, v.ClassValue) or (known is not None and known.call is not None)
        return call(evaluator, atom, Arguments(), node) if is_class else atom

    def meets(atom: Atom) -> Value:
        if isinstance(atom, Made) and atom.name in effect.except_for:
            return Const(None)
        if isinstance(atom, (Made, External, Function, Instance, Partial, Bound)):
            batch = Unknown("a batch of data", ("batch", v.fresh()), "data")
            output = evaluator.call(evaluator.each(model, made), Arguments([(batch, None)]), node, node)
            labels = Unknown("the labels of a batch", ("batch", v.fresh()), "data")
            evaluator.call(atom, Arguments([(output, None), (labels, None)]), node, node)
        return Const(None)

    evaluator.each(evaluator.each(loss, made), meets)
    return trainer


def _partial(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    if not arguments.positional:
        return Unknown("functools.partial of nothing")
    return Partial(arguments.positional[0][0], Arguments(arguments.positional[1:], arguments.keywords, arguments.open))


def _ordered_dict(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    return _builtin(evaluator, "dict", arguments, node)


def _deepcopy(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    return arguments.positional[0][0] if arguments.positional else Unknown("a copy of nothing")


def _named_tuple(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    names: list[str] = []
    if len(arguments.positional) > 1:
        fields = arguments.positional[1][0]
        if isinstance(fields, Seq):
            names = [str(f.value) for f in fields.items if isinstance(f, Const)]
        elif isinstance(fields, Const) and isinstance(fields.value, str):
            names = fields.value.replace(",", " ").split()
    return Made("namedtuple", "namedtuple", None, arguments, node, evaluator.frame.module, evaluator.path,
                {"__names__": Seq("tuple", [Const(n) for n in names])})  # fmt: skip


def _first(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    return arguments.positional[0][0] if arguments.positional else Unknown("a call of nothing")


def _packed(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """`pack_padded_sequence(scores, lengths).data`: the steps of all sequences, one after another, without the padding."""
    given = arguments.positional[0][0] if arguments.positional else arguments.keywords.get("input", (Unknown(""), None))[0]
    rest = Unknown("of packed sequences")

    def one(atom: Atom) -> Value:
        data: Value = Unknown(f"`{external.shown}` of what isn't known")
        if isinstance(atom, Tensor):
            steps = Arguments([(atom, None), (Const(0), None), (Const(1), None)])
            data = call(evaluator, External("torch.flatten", "flatten"), steps, node)
        return v.named_tuple(("data", "batch_sizes"), Arguments([(data, None), (rest, None)]))

    return evaluator.each(given, one)


def _parser_made(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    return Made(
        "argparse.ArgumentParser", external.shown, None, arguments, node, evaluator.frame.module, evaluator.path
    )


def _decorator_maker(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """tf.function, jax.jit as functions: give back what they are given, or a decorator that does."""
    if arguments.positional:
        return arguments.positional[0][0]
    return External("losslint.identity", external.shown)


def _mapped(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """vmap: the function, called with one example of each argument."""
    if not arguments.positional:
        return External("losslint.identity", external.shown)
    return Partial(External("losslint.mapped", external.shown), Arguments(arguments.positional[:1]))


def _call_mapped(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """Call what vmap was given: which axis goes isn't followed, so that no shape is known inside, nor of the result."""

    def shapeless(value: Value) -> Value:
        return evaluator.each(
            value, lambda a: a.but(shape=NO_SHAPE, notes=a.notes - {"batch"}, axis=None) if isinstance(a, Tensor) else a
        )

    (function, _), *rest = arguments.positional
    inner = Arguments(
        [(shapeless(value), written) for value, written in rest],
        {name: (shapeless(value), written) for name, (value, written) in arguments.keywords.items()},
        arguments.open,
    )
    return shapeless(evaluator.call(function, inner, node, node))


def _float_tensor(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """`torch.Tensor(…)` is `torch.FloatTensor(…)`, unless the default type is another."""
    api = frameworks.lookup("torch.FloatTensor")
    assert api is not None
    return effects.call_function(evaluator, external, api, arguments, node, "call")


def _no_gradient(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """torch.no_grad as a function: a context, or a function without a gradient."""
    given = arguments.positional[0][0] if arguments.positional else None
    if isinstance(given, (Const, type(None))):
        enabled = isinstance(given, Const) and given.value is False
        return External("losslint.identity" if enabled else "losslint.no_gradient", external.shown)
    if isinstance(given, Function):
        given.gradient = False
    return given


def _gradient_enabled(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """torch.set_grad_enabled(False), as a context."""
    given = arguments.positional[0][0] if arguments.positional else None
    disabled = isinstance(given, Const) and given.value is False
    return External("losslint.no_gradient" if disabled else "losslint.identity", external.shown)


def _import_by_name(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    value = arguments.positional[0][0] if arguments.positional else Const(None)

    def imported(atom: Atom) -> Value:
        if isinstance(atom, Const) and isinstance(atom.value, str) and not atom.value.startswith("."):
            found = evaluator.import_module(atom.value)
            return evaluator.forced(found) if isinstance(found, v.Deferred) else found
        return Unknown("a module imported by a name that isn't known")

    written = written_of(arguments, 0) or node
    return evaluator.each(_modules_named(evaluator, value, written) or evaluator.spelled_out(value, written), imported)


def _modules_named(evaluator: Evaluator, value: Value, written: ast.AST) -> Value | None:
    """`"models." + name` as the modules that it can be: those that the command line names, else all in that package."""
    if not isinstance(value, Unknown) or not isinstance(value.key, tuple) or value.key[0] != "joined":
        return None
    _, before, inner, after = value.key
    package, _, begins = before.rpartition(".")
    options = evaluator.options.get(inner)
    if options is None:
        project, file = evaluator.project, evaluator.frame.module.file
        found = project.find(file, package) if package else None
        names = project.below(found) if found is not None else []
        beyond = after if after.startswith(".") else ""
        options = tuple(
            name.removeprefix(begins).removesuffix(after)
            for name in names
            if name.startswith(begins) and (beyond or name.endswith(after))
            and (not beyond or project.find(file, f"{package}.{name}{beyond}") is not None)
        )  # fmt: skip
    if not 0 < len(options) <= v.MOST_ALTERNATIVES:
        return None
    key = evaluator.key(value.key, value.origin or "", written)
    return cond.choice([(((key, "eq", f"{before}{o}{after}", True),), Const(f"{before}{o}{after}")) for o in options])


_SPECIAL: dict[str, Callable[[Evaluator, External, Arguments, ast.AST], Value]] = {
    "functools.partial": _partial,
    "collections.OrderedDict": _ordered_dict,
    "collections.defaultdict": lambda e, x, a, n: e.empty_dict(Mapping({}, None)),
    "copy.deepcopy": _deepcopy,
    "copy.copy": _deepcopy,
    "keras.models.clone_model": _deepcopy,
    "collections.namedtuple": _named_tuple,
    "torch.nn.utils.rnn.pack_padded_sequence": _packed,
    "argparse.ArgumentParser": _parser_made,
    "losslint.identity": _first,
    "torch.device": lambda e, x, a, n: Unknown("a device", None, None, "device"),
    "functools.wraps": lambda e, x, a, n: External("losslint.identity", "wraps"),
    "tensorflow.function": _decorator_maker,
    **dict.fromkeys(functional.JITTERS, _decorator_maker),
    **dict.fromkeys(functional.MAPPERS, _mapped),
    **dict.fromkeys((*functional.WITH_VALUE, *functional.GRADIENTS), functional.differentiated),
    "losslint.with_gradients": functional.with_gradients,
    "losslint.gradients": functional.gradients,
    f"{functional.STATE}.create": functional.state,
    "losslint.mapped": _call_mapped,
    "torch.tensor_methods": _float_tensor,
    "tensorflow.autograph.experimental.do_not_convert": _decorator_maker,
    "os.environ.setdefault": backends.set_default,
    "os.putenv": backends.set_default,
    "keras.config.set_backend": backends.set_backend,
    "torch.no_grad": _no_gradient,
    "torch.autograd.no_grad": _no_gradient,
    "torch.inference_mode": _no_gradient,
    "torch.set_grad_enabled": _gradient_enabled,
    "losslint.no_gradient": _no_gradient,
    "torch.jit.script_method": _first,
    "torch.jit.export": _first,
    "importlib.import_module": _import_by_name,
    "tqdm.tqdm": _first,
    "tqdm.auto.tqdm": _first,
    "tqdm.notebook.tqdm": _first,
    "itertools.islice": _first,
    "random.randint": lambda e, x, a, n: Unknown("a random number", ("random", v.fresh()), kind="int"),
    "random.randrange": lambda e, x, a, n: Unknown("a random number", ("random", v.fresh()), kind="int"),
    "random.random": lambda e, x, a, n: Unknown("a random number", ("random", v.fresh()), kind="float"),
    "random.uniform": lambda e, x, a, n: Unknown("a random number", ("random", v.fresh()), kind="float"),
}


def _length(atom: Atom) -> Value:
    """`len()` of a value."""
    if isinstance(atom, Seq) and operators.is_exact(atom):
        return Const(len(atom.items))
    if isinstance(atom, Mapping) and atom.rest is None:
        return Const(len(atom.items))
    if isinstance(atom, Network) and not atom.rest:
        return Const(len(atom.layers))
    if isinstance(atom, Unknown) and atom.count is not None:  # the sizes of a tensor's axes
        return Const(atom.count)
    asked = FORM if isinstance(atom, Unknown) and atom.kind in ("size", "shape") else None
    return Unknown("a length", ("length", v.fresh()), origin=asked, kind="length")


def _builtin(evaluator: Evaluator, name: str, arguments: Arguments, node: ast.AST) -> Value:
    values = [value for value, _ in arguments.positional]
    first: Value | None = values[0] if values else None
    if isinstance(first, v.Choice):
        first = values[0] = evaluator.here(first) or first
    match name:
        case "list" | "tuple" | "sorted" | "reversed" | "set" | "iter":
            kind = "tuple" if name == "tuple" else "list"
            if first is None:
                return Seq(kind, [], depth=evaluator.loops)
            if isinstance(first, Seq):
                items = list(first.items)
                if name == "reversed":
                    items.reverse()
                if name == "sorted":
                    return Seq(kind, [], first.rest or (items[0] if len(items) == 1 else Unknown("a sorted element")))
                # a set holds each element once: how many there are shows when it's made
                repeated = first.repeated or (name == "set" and len(items) > 1)
                return Seq(kind, items, first.rest, first.node, first.module, list(first.nodes),
                           depth=evaluator.loops, repeated=repeated)  # fmt: skip
            if isinstance(first, Network):
                if name == "reversed":
                    return Seq(kind, [], Unknown("layers in reverse"))
                more = Unknown("more layers") if first.rest else None
                return Seq(kind, [layer for _, layer, _ in first.layers], more, first.node, first.module,
                           [at for _, _, at in first.layers])  # fmt: skip
            if isinstance(first, Mapping):
                return Seq(kind, [Const(k) for k in first.items], None if first.rest is None else Unknown("a key"))
            if name == "iter" or isinstance(first, (Unknown, Instance, Made)):
                found = operators.elements(evaluator, first, node)
                return Seq(kind, [], found[0] if found else Unknown("an element"))
        case "dict":
            items_of: dict[object, Value] = {}
            rest: Value | None = None
            if isinstance(first, Mapping):
                items_of.update(first.items)
                rest = first.rest
            elif isinstance(first, Seq):
                for item in first.items:
                    if isinstance(item, Seq) and len(item.items) == 2 and isinstance(item.items[0], Const):
                        items_of[item.items[0].value] = item.items[1]
                    else:
                        rest = Unknown("a pair that isn't known")
                rest = rest if first.rest is None else Unknown("unknown pairs")
                mapping = Mapping(items_of, rest, first.node, first.module)
                for key, (value, _) in arguments.keywords.items():
                    mapping.items[key] = value
                return mapping
            elif first is not None:
                rest = Unknown("a dict of what isn't known")
            for key, (value, _) in arguments.keywords.items():
                items_of[key] = value
            if arguments.open:
                rest = Unknown("unpacked keywords")
            made = Mapping(items_of, rest, node, evaluator.frame.module)
            return made if items_of or rest is not None else evaluator.empty_dict(made)
        case "len":
            return evaluator.each(first, _length) if first is not None else Unknown("a length of nothing")
        case "range":
            constants = [value.value for value in values if isinstance(value, Const) and isinstance(value.value, int)]
            if len(constants) == len(values) and 0 < len(values) <= 3:
                try:
                    numbers = range(*constants)
                except ValueError:
                    return Unknown("a range")
                if len(numbers) <= 16:
                    return Seq("list", [Const(n) for n in numbers])
            return Seq("list", [], Unknown("a number of a range", ("index", v.fresh()), kind="int"))
        case "enumerate":
            if first is None:
                return Unknown("an enumeration of nothing")
            found = operators.elements(evaluator, first, node)
            if operators.is_exact(first):
                return Seq("list", [Seq("tuple", [Const(i), item]) for i, item in enumerate(found)])
            numbers_from = Seq("list", [], Unknown("an index", ("index", v.fresh()), kind="int"))
            return operators.rows(evaluator, [numbers_from, first], node)
        case "zip" if values:
            return operators.rows(evaluator, values, node)
        case "isinstance":
            return _is_instance(evaluator, values)
        case "hasattr":
            return Unknown("hasattr", ("hasattr", v.fresh()))
        case "getattr" if len(values) >= 2:
            return _getattr(evaluator, values, node, written_of(arguments, 1))
        case "setattr" if len(values) == 3 and isinstance(values[1], Const) and isinstance(values[1].value, str):
            attributes.assign(evaluator, values[0], values[1].value, values[2])
            return Const(None)
        case "int" | "float" | "str" | "bool":
            return _convert(name, first)
        case "next":
            found = operators.elements(evaluator, first, node) if first is not None else []
            return found[0] if found else Unknown("the next element")
        case "map" if len(values) == 2:
            found = operators.elements(evaluator, values[1], node)
            exact = operators.is_exact(values[1])
            if not operators.is_listed(values[1]) or len(found) > 16:
                found = [operators.one_of(found)] if found else []
                exact = False
            mapped = [evaluator.call(values[0], Arguments([(f, None)]), node, node) for f in found]
            if exact or len(mapped) > 1:
                return Seq("list", mapped, repeated=not exact)
            return Seq("list", [], mapped[0] if mapped else Unknown("a mapped element"))
        case "filter" if len(values) == 2:
            found = operators.elements(evaluator, values[1], node)
            return Seq("list", [], operators.one_of(found) if found else Unknown("an element"))
        case "max" | "min":
            numbers_of = [c.value for c in values if isinstance(c, Const) and isinstance(c.value, (int, float))]
            if len(values) > 1 and len(numbers_of) == len(values):
                return Const(max(numbers_of) if name == "max" else min(numbers_of))
            return Unknown(f"{name}()", (name, v.fresh()))
        case "sum":
            if isinstance(first, Seq) and first.items and isinstance(first.items[0], Tensor):
                if len(first.items) == 1 and first.rest is None:
                    return first.items[0]
                return Tensor(role="prediction", reason="a sum of several values")
            return Unknown("sum()")
        case "type" if len(values) == 1:
            return first.cls if isinstance(first, Instance) else Unknown("a type")
        case "globals" | "locals" | "vars":
            module = evaluator.frame.module
            scope = module.scope if name == "globals" else evaluator.frame.scope
            if name == "vars" and isinstance(first, ModuleValue):
                return attributes.namespace(evaluator, first.module)
            if name == "vars" and isinstance(first, Unknown):
                return first
            assert scope is not None
            return evaluator.everything(scope, module)
        case "eval" if len(values) == 1 and first is not None:
            named = evaluator.spelled_out(first, written_of(arguments, 0) or node)
            return evaluator.each(named, lambda atom: _evaluated(evaluator, atom))
        case "print" | "id" | "any" | "all" | "callable":
            return Unknown(name, (name, v.fresh()))
    evaluator.escape(arguments, f"passed to `{name}`, which isn't followed")
    return Unknown(f"`{name}()`", ("call", v.fresh()))


def _evaluated(evaluator: Evaluator, text: Atom) -> Value:
    """`eval("Net")`: a name or an attribute that is written out."""
    if not isinstance(text, Const) or not isinstance(text.value, str):
        return Unknown("eval() of what isn't known")
    try:
        node = ast.parse(text.value.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return Unknown("eval() of what isn't Python")
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return Unknown("eval() of an expression")
    return evaluator.eval(node)


def _convert(name: str, first: Value | None) -> Value:
    if isinstance(first, Const):
        try:
            if name == "int" and isinstance(first.value, (int, float, str)):
                return Const(int(first.value))
            if name == "float" and isinstance(first.value, (int, float, str)):
                return Const(float(first.value))
            if name == "bool":
                return Const(bool(first.value))
            if name == "str" and isinstance(first.value, (str, int)):
                return Const(str(first.value)[: operators.MOST_TEXT])
        except (ValueError, OverflowError):
            pass
    if isinstance(first, Unknown):
        return Unknown(first.reason, first.key, None, first.origin, name)
    return Unknown(f"{name}()", (name, v.fresh()), kind=name)


def _is_instance(evaluator: Evaluator, values: list[Value]) -> Value:
    if len(values) == 2:
        one, wanted = values
        options = wanted.items if isinstance(wanted, Seq) and wanted.rest is None else [wanted]
        answers: set[bool | None] = set()
        for option in options:
            answers.add(_is_of(one, option))
        if True in answers:
            return Const(True)
        if answers == {False}:
            return Const(False)
        if isinstance(one, Unknown) and one.key is not None:
            kinds = tuple(str(o.facts()) for o in options if not isinstance(o, v.Choice))
            return Unknown("isinstance", ("isinstance", one.key, kinds), None, one.origin)
    return Unknown("isinstance", ("isinstance", v.fresh()))


def _is_of(one: Value, option: Value) -> bool | None:
    if isinstance(one, Instance):
        if isinstance(option, ClassValue):
            return option in one.cls.mro
        if isinstance(option, External):
            inherits = [b.name for b in one.cls.mro if isinstance(b, External)]
            if option.name in inherits:
                return True
            if option.name in ("torch.nn.Module",) and any(
                n.startswith(("torch.nn.", "pytorch_lightning.")) for n in inherits
            ):
                return True
            return False if not inherits or option.name.startswith("builtins.") else None
    if isinstance(one, Tensor) and isinstance(option, External):
        if option.name in ("torch.Tensor", "torch.tensor_methods", "tensorflow.Tensor"):
            return True
        if option.name.startswith("builtins."):
            return False
    if isinstance(one, (Seq, Mapping)) and isinstance(option, External):
        if option.name == f"builtins.{one.kind if isinstance(one, Seq) else 'dict'}":
            return True
        return False if option.name.startswith(("builtins.", "torch.")) else None
    if isinstance(one, Made) and isinstance(option, External):
        if one.name == option.name:
            return True
        return False if one.api is not None and frameworks.lookup(option.name) is not None else None
    if isinstance(one, Const) and isinstance(option, External) and option.name.startswith("builtins."):
        return type(one.value).__name__ == option.name[9:]
    if isinstance(one, (Function, ClassValue)) and isinstance(option, External):
        return False if option.name.startswith(("torch.", "builtins.str")) else None
    return None


def _getattr(evaluator: Evaluator, values: list[Value], node: ast.AST, written: ast.expr | None) -> Value:
    owner, name = values[0], values[1]
    if not isinstance(name, v.Choice):
        name = operators.named(name)
    if isinstance(owner, ModuleValue) and isinstance(name, Unknown):
        names = attributes.namespace(evaluator, owner.module)
        if isinstance(names, Mapping) and names.items:
            return operators.lookup(evaluator, names, name, written or node)

    def one(atom: Atom) -> Value:
        if not isinstance(atom, Const) or not isinstance(atom.value, str):
            return Unknown("an attribute by a name that isn't known")
        text = atom.value
        attribute = ast.copy_location(ast.Attribute(ast.Name("", ast.Load()), text, ast.Load()), node)
        return evaluator.each(owner, lambda of: attributes.read(evaluator, of, text, attribute))

    return evaluator.each(evaluator.spelled_out(name, written or node), one)
