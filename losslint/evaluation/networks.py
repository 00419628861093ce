"""Chains of layers, functional Keras models, and what Keras' `compile` and `fit` bring together."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint import frameworks
from losslint.evaluation import backends, effects, metrics, operators
from losslint.evaluation import conditions as cond
from losslint.evaluation.observations import LossCall, Unmet
from losslint.evaluation.values import (
    NO_SHAPE,
    Arguments,
    Atom,
    Bound,
    Choice,
    Compiled,
    Const,
    External,
    Function,
    Instance,
    Made,
    Mapping,
    Network,
    Partial,
    Seq,
    Shape,
    Tensor,
    Unknown,
    Value,
)  # fmt: skip
from losslint.frameworks.vocabulary import Affine, Chain, Loss

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.frameworks.vocabulary import Api
    from losslint.program.module import Module

KERAS_BASES = frozenset({"keras.Model", "keras.models.Model", "keras.Sequential", "keras.models.Sequential",
                         "keras.models.Functional"})  # fmt: skip
MODULE_IDENTITIES = frozenset({
    "to", "cuda", "cpu", "float", "double", "half", "bfloat16", "train", "eval", "requires_grad_", "share_memory", "type",
    "apply", "to_empty", "xpu", "npu",
})  # fmt: skip


def make(evaluator: Evaluator, external: External, effect: Chain, arguments: Arguments, node: ast.AST) -> Value:
    """Make a container of layers."""
    module = evaluator.frame.module
    framework = "keras" if effect.kind.startswith("keras") else "torch"
    network = Network(framework, [], node, module, evaluator.path, external.shown)
    match effect.kind:
        case "sequential":
            given = arguments.keywords.get("layers", (None, None))[0]
            positional = arguments.positional
            if isinstance(given, Seq):
                positional = [(item, None) for item in given.items]
            _add_all(network, positional, node)
            network.rest = network.rest or arguments.open
        case "keras-sequential":
            given = (
                arguments.positional[0][0]
                if arguments.positional
                else arguments.keywords.get("layers", (None, None))[0]
            )
            if isinstance(given, Seq):
                _add_seq(network, given, node)
            elif given is not None and not (isinstance(given, Const) and given.value is None):
                network.rest = True
        case "keras-model":
            api = frameworks.lookup(external.name)
            assert api is not None
            bound = effects.Bindings.of(api.signature, effects.renamed(api, arguments))
            network.outputs = bound.value("outputs")
            network.inputs = bound.value("inputs")
            network.shown = "Model"
            if network.outputs is None or (isinstance(network.outputs, Const) and network.outputs.value is None):
                network.outputs = Unknown("a model without outputs")
        case "keras-loaded":
            network.outputs = Tensor(role="prediction", dtype="float", reason="a model that was read from a file")
            network.rest = True
        case "list":
            given = (
                arguments.positional[0][0]
                if arguments.positional
                else arguments.keywords.get("modules", (None, None))[0]
            )
            if isinstance(given, Seq):
                return Seq("list", list(given.items), given.rest, node, module, list(given.nodes),
                           depth=evaluator.loops, repeated=given.repeated)  # fmt: skip
            more = None if given is None else Unknown("layers that aren't known")
            return Seq("list", [], more, node, module, depth=evaluator.loops)
        case "dict":
            given = (
                arguments.positional[0][0]
                if arguments.positional
                else arguments.keywords.get("modules", (None, None))[0]
            )
            if isinstance(given, Mapping):
                return Mapping(dict(given.items), given.rest, node, module)
            return Mapping({}, None if given is None else Unknown("layers that aren't known"), node, module)
    return network


def _add_all(network: Network, positional: list[tuple[Value, ast.expr | None]], node: ast.AST) -> None:
    for value, written in positional:
        if isinstance(value, Mapping):
            for key, item in value.items.items():
                network.layers.append((key if isinstance(key, str) else None, item, value.node or written or node))
            network.rest = network.rest or value.rest is not None
        elif isinstance(value, Seq):
            _add_seq(network, value, node)
        else:
            network.layers.append((str(len(network.layers)), value, written or node))


def _add_seq(network: Network, given: Seq, node: ast.AST) -> None:
    for index, item in enumerate(given.items):
        at = given.nodes[index] if index < len(given.nodes) else node
        if isinstance(item, Seq) and item.kind == "tuple" and len(item.items) == 2 and isinstance(item.items[0], Const):
            network.layers.append((str(item.items[0].value), item.items[1], at))
        else:
            network.layers.append((str(len(network.layers)), item, at))
    network.rest = network.rest or given.rest is not None


def inherit(evaluator: Evaluator, instance: Instance, arguments: Arguments, node: ast.AST) -> None:
    """A class that inherits from a library's and has no constructor of its own."""
    base = next((b for b in instance.cls.mro if isinstance(b, External)), None)
    if base is not None:
        initialise(evaluator, instance, base, arguments, node)


def initialise(evaluator: Evaluator, instance: Instance, base: External, arguments: Arguments, node: ast.AST) -> None:
    """`super().__init__(…)` where the next class is a library's."""
    api = frameworks.lookup(base.name)
    if api is None:
        return
    if isinstance(api.effect, Chain):
        if api.effect.kind == "keras-model" and not arguments.positional and "outputs" not in arguments.keywords:
            return
        made = make(evaluator, base, api.effect, arguments, node)
        instance.attributes["__layers__" if isinstance(made, Network) else "__items__"] = made
        return
    if api.call is not None:
        made = evaluator.call(base, arguments, node, node)
        if isinstance(made, Made):
            instance.attributes["__super__"] = made
            made.attributes = instance.attributes


def run(evaluator: Evaluator, network: Network, value: Value, node: ast.AST) -> Value:
    """Run a chain on a value."""
    if network.outputs is not None:
        return network.outputs
    if network.rest and not network.layers:
        return Unknown("layers that aren't known")
    if network.rest:
        value = Unknown("layers that aren't known")
        last = network.layers[-1:] if network.framework == "keras" else []
        if not last:
            return value
        return effects.run_layer(evaluator, last[0][1], value, node)
    evaluator.stack.append(network.node)
    try:
        if evaluator.stack.count(network.node) > 3:
            return Unknown("a chain of layers that contains itself")
        if network.framework == "keras" and isinstance(value, Unknown):
            value = _declared(network, value)
        for _, layer, at in network.layers:
            evaluator.step()
            if isinstance(layer, Tensor):  # keras.Input in a list of layers: what the first one gets
                continue
            value = effects.run_layer(evaluator, layer, value, at)
            if isinstance(value, Seq) and value.kind == "tuple" and value.items and isinstance(value.items[0], Tensor):
                # a recurrent layer in a torch Sequential gives a tuple, which the next layer would refuse
                value = value.items[0] if network.framework == "keras" else value
    finally:
        evaluator.stack.pop()
    return value


def _declared(network: Network, value: Unknown) -> Value:
    """What a Keras chain gets: its first layer may say the shape, without the batch's axis."""
    first = network.layers[0][1] if network.layers else None
    if isinstance(first, Tensor):
        return first
    if not isinstance(first, Made):
        return value
    given = {name: pair[0] for name, pair in first.arguments.keywords.items()}
    for name, batch in (("input_shape", 1), ("shape", 1), ("batch_input_shape", 0), ("batch_shape", 0)):
        sizes = given.get(name)
        if isinstance(sizes, Seq) and operators.is_exact(sizes) and (name.endswith("input_shape") or _is_input(first)):
            return Tensor(shape=Shape(len(sizes.items) + batch), role="data", reason=value.reason)
    if "input_dim" in given and first.api is not None and isinstance(first.api.effect, Affine):
        return Tensor(shape=Shape(2), role="data", reason=value.reason)
    return value


def _is_input(layer: Made) -> bool:
    return layer.name.rpartition(".")[2] in ("Input", "InputLayer")


def call(evaluator: Evaluator, network: Network, arguments: Arguments, node: ast.AST) -> Value:
    """Call a chain of layers."""
    forward = network.attributes.get("forward")
    if forward is not None:
        return evaluator.call(forward, arguments, node, node)
    value = arguments.positional[0][0] if arguments.positional else Unknown("an input that isn't given")
    result = run(evaluator, network, value, node)
    return evaluator.returned(result, f"returned by the {network.shown.rpartition('.')[2]} model",
                           evaluator.frame.module, node)  # fmt: skip


def method(evaluator: Evaluator, network: Network, name: str, arguments: Arguments, node: ast.AST) -> Value:
    """A method of a chain or of a functional model."""
    if name in ("forward", "__call__", "call"):
        return call(evaluator, network, arguments, node)
    if name in MODULE_IDENTITIES:
        return network
    if name in ("add", "append", "add_module", "register_module"):
        _append(evaluator, network, name, arguments, node)
        return network
    if name in ("extend", "insert") and network.framework == "torch":
        _extend(evaluator, network, name, arguments, node)
        return network
    if name == "pop":
        operators.remove(evaluator, network, arguments.positional[0][0] if arguments.positional else Const(-1))
        return Const(None)
    if network.framework == "keras":
        return keras_method(evaluator, network, name, arguments, node)
    if name in CHILDREN:
        return children(evaluator, network, name)
    return Unknown(f"`.{name}()` of a model")


CHILDREN = frozenset({"children", "modules", "named_children", "named_modules"})
"""Methods that go through the layers of a model: by one level, or by all of them."""


def children(evaluator: Evaluator, owner: Network | Instance, name: str) -> Value:
    """`children()` and its kin. All levels of more than one are more than is followed."""
    if isinstance(owner, Network):
        layers = [(key or str(index), layer) for index, (key, layer, _) in enumerate(owner.layers)]
        nodes = [at for _, _, at in owner.layers]
        rest = Unknown("layers that aren't known") if owner.rest else None
    else:
        kinds = (Made, Network, Instance, Seq, Mapping)
        layers = [(key, layer) for key, layer in owner.attributes.items() if isinstance(layer, kinds)]
        nodes = []
        rest = None if all(isinstance(layer, (Made, Network)) for _, layer in layers) else Unknown("layers of layers")
    if name.endswith("modules"):
        rest = rest or Unknown("a layer inside of another")
    if name.startswith("named"):
        items: list[Value] = [Seq("tuple", [Const(key), layer]) for key, layer in layers]
        return Seq("list", items, None if rest is None else Seq("tuple", [Unknown("a layer's name"), rest]))
    return Seq("list", [layer for _, layer in layers], rest, nodes=list(nodes))


def _append(evaluator: Evaluator, network: Network, name: str, arguments: Arguments, node: ast.AST) -> None:
    values = arguments.positional
    if name in ("add_module", "register_module"):
        values = values[1:] or [arguments.keywords.get("module", (Unknown("a layer"), None))]
    if not values:
        values = [pair for key, pair in arguments.keywords.items() if key in ("layer", "module")]
    if not values:
        network.rest = True
        return
    value, written = values[0]
    suffix = cond.without(evaluator.path, network.born)
    if suffix:
        # one branch of several adds a layer: what this branch adds is there under its condition, else nothing is
        skip: Value = External("losslint.identity", "nothing")
        value = cond.choice([(suffix, value), *((others, skip) for others in cond.negations(suffix, evaluator.implied))])
    key = None
    if name == "add_module" and arguments.positional and isinstance(arguments.positional[0][0], Const):
        key = str(arguments.positional[0][0].value)
    network.layers.append((key, value, written or node))
    if len(network.layers) > 300:
        network.rest = True


def _extend(evaluator: Evaluator, network: Network, name: str, arguments: Arguments, node: ast.AST) -> None:
    """`extend` and `insert` of a torch Sequential."""
    values = [value for value, _ in arguments.positional]
    certain = not cond.without(evaluator.path, network.born)
    match name, values:
        case "extend", [Seq() as more] if certain and operators.is_exact(more):
            _add_seq(network, more, node)
        case "extend", [Network() as more] if certain and not more.rest:
            network.layers.extend(more.layers)
        case "insert", [Const(value=int(index)), layer] if certain:
            network.layers.insert(index, (None, layer, node))
        case _:
            network.rest = True


# --------------------------------------------------------------------------------------------------------------- Keras


def keras_method(
    evaluator: Evaluator, owner: Network | Instance, name: str, arguments: Arguments, node: ast.AST
) -> Value:
    """`compile`, `fit` and the like, of a Keras model."""
    match name:
        case "compile" if isinstance(node, ast.Call):
            _compile(evaluator, owner, arguments, node)
            return Const(None)
        case "fit" | "evaluate" | "train_on_batch" | "test_on_batch" | "fit_generator":
            _fit(evaluator, owner, name, arguments, node)
            return Unknown("a history")
        case "predict" | "predict_on_batch" | "predict_proba":
            result = output_of(evaluator, owner, node)
            if isinstance(result, Tensor):
                return result.but(notes=result.notes | {"reworked"}) if result.cause is not None else result
            return Unknown("predictions")
        case "get_layer":
            if isinstance(owner, Network) and arguments.positional and isinstance(arguments.positional[0][0], Const):
                wanted = arguments.positional[0][0].value
                for key, layer, _ in owner.layers:
                    if (isinstance(layer, Made) and _layer_name(layer) == wanted) or key == wanted:
                        return layer
            return Unknown("a layer by its name")
        case "compute_loss" | "compiled_loss":
            return Unknown("the compiled loss")
        case "_set_inputs" | "build" | "summary" | "load_weights" | "save" | "save_weights":
            return Const(None)
    evaluator.escape(arguments, f"passed to `.{name}()` of a Keras model")
    return Unknown(f"`.{name}()` of a Keras model")


def _layer_name(layer: Made) -> object:
    value = layer.arguments.keywords.get("name", (None, None))[0]
    return value.value if isinstance(value, Const) else None


def output_of(evaluator: Evaluator, owner: Network | Instance, node: ast.AST) -> Value:
    """What a Keras model gives while it trains."""
    unknown = Unknown("an input")
    if isinstance(owner, Network):
        return run(evaluator, owner, unknown, node)
    return evaluator.call(owner, Arguments([(unknown, None)]), node, node)


def _compile(evaluator: Evaluator, owner: Network | Instance, arguments: Arguments, node: ast.Call) -> None:
    loss: Value | None = None
    loss_node: ast.expr | None = None
    if "loss" in arguments.keywords:
        loss, loss_node = arguments.keywords["loss"]
    elif len(arguments.positional) > 1:
        loss, loss_node = arguments.positional[1]
    if loss is None:
        return
    compiled = Compiled(
        node, evaluator.frame.module, loss, loss_node, arguments.keywords.get("metrics", (None, None))[0]
    )
    owner.compiled = compiled  # where several branches compile, each is judged here, and the last one meets the labels
    judge(evaluator, owner, compiled, None, node)


def _fit(evaluator: Evaluator, owner: Network | Instance, name: str, arguments: Arguments, node: ast.AST) -> None:
    compiled = owner.compiled
    if compiled is None:
        return
    labels: Value = Unknown("labels that aren't given")
    if "y" in arguments.keywords:
        labels = arguments.keywords["y"][0]
    elif len(arguments.positional) > 1 and name != "fit_generator":
        labels = arguments.positional[1][0]
    elif arguments.positional or "x" in arguments.keywords:
        data = arguments.positional[0][0] if arguments.positional else arguments.keywords["x"][0]
        labels = _labels_of(evaluator, data, node)
    if isinstance(labels, Unknown):
        return
    judge(evaluator, owner, compiled, labels, compiled.node)


def _labels_of(evaluator: Evaluator, data: Value, node: ast.AST) -> Value:
    """The labels that a dataset or a generator gives: the second part of what iterating it gives."""
    if isinstance(data, (Instance, Made)) or (isinstance(data, Seq) and data.rest is not None):
        found = operators.elements(evaluator, data, node)
        if found and isinstance(found[0], Seq) and len(found[0].items) >= 2:
            return found[0].items[1]
    return Unknown("labels that a data set doesn't give")


def judge(
    evaluator: Evaluator, owner: Network | Instance, compiled: Compiled, labels: Value | None, node: ast.Call
) -> None:
    """Bring each output of a compiled model together with its loss, and its labels where they are known."""
    output = output_of(evaluator, owner, node)
    if labels is None:
        metrics.compiled(evaluator, compiled, output)
    found = matched(evaluator, owner, compiled, output, labels)
    if not found:
        _unmet(evaluator, compiled, "the compiled loss", "which output is whose isn't known", compiled.loss_node)
    for loss, one_output, one_label, written in found:
        event = evaluator.next_event()
        saved, evaluator.chosen = evaluator.chosen, (event, evaluator.path)
        try:
            _judge_one(evaluator, compiled, loss, written, one_output, one_label)
        finally:
            evaluator.chosen = saved


def matched(
    evaluator: Evaluator, owner: Network | Instance, compiled: Compiled, output: Value, labels: Value | None
) -> list[tuple[Value, Value, Value | None, ast.AST | None]]:
    """The losses of a `compile`, each with its output, its labels and where it is written."""
    loss = compiled.loss
    outputs: list[Value] | None = None
    names: list[str | None] = []
    if isinstance(output, Seq) and output.rest is None:
        outputs = list(output.items)
        names = [_output_name(o) for o in outputs]
    elif isinstance(output, Mapping) and output.rest is None:
        outputs = list(output.items.values())
        names = [str(k) for k in output.items]
    label_list = list(labels.items) if isinstance(labels, Seq) and labels.rest is None else None
    if outputs is None:
        if isinstance(loss, Seq) and len(loss.items) == 1:
            written = loss.nodes[0] if loss.nodes else compiled.loss_node
            return [(loss.items[0], output, labels, written)]
        if isinstance(loss, Mapping) and len(loss.items) == 1:
            name, only = next(iter(loss.items.items()))
            named = _output_name(output)
            return [(only, output, labels, _mapping_node(loss, name, compiled))] if named in (None, name) else []
        if isinstance(loss, (Seq, Mapping)):
            return []
        return [(loss, output, labels, compiled.loss_node)]
    found: list[tuple[Value, Value, Value | None, ast.AST | None]] = []
    for index, one in enumerate(outputs):
        label = label_list[index] if label_list is not None and len(label_list) == len(outputs) else None
        if isinstance(loss, Seq):
            if loss.rest is None and len(loss.items) == len(outputs):
                written = loss.nodes[index] if index < len(loss.nodes) else compiled.loss_node
                found.append((loss.items[index], one, label, written))
        elif isinstance(loss, Mapping):
            name = names[index]
            if name is not None and name in loss.items:
                found.append((loss.items[name], one, label, _mapping_node(loss, name, compiled)))
        elif not isinstance(loss, Unknown):
            found.append((loss, one, label, compiled.loss_node))
    return found


def _mapping_node(loss: Mapping, name: object, compiled: Compiled) -> ast.AST | None:
    if isinstance(loss.node, ast.Dict):
        for key, value in zip(loss.node.keys, loss.node.values, strict=False):
            if isinstance(key, ast.Constant) and key.value == name:
                return value
    return compiled.loss_node


def _output_name(output: Value) -> str | None:
    """The name of the layer that made an output, by which Keras matches losses."""
    if isinstance(output, Tensor) and output.layer is not None:
        return output.layer
    return None


def _judge_one(
    evaluator: Evaluator, compiled: Compiled, loss: Value, written: ast.AST | None, output: Value, labels: Value | None
) -> None:
    target: Value = labels if labels is not None else Unknown("labels that aren't known")
    saved = evaluator.frame, evaluator.path

    def one(atom: Atom) -> Value:
        node = compiled.node
        match atom:
            case Const() if isinstance(atom.value, str):
                api = frameworks.loss_from_string(atom.value)
                if api is None or not isinstance(api.effect, Loss):
                    return Const(None)
                bound = effects.Bindings.of(api.signature, Arguments())
                _meet(evaluator, api.effect, api, atom.value, compiled, atom.node or written, atom.module, bound, output,
                      target)  # fmt: skip
            case External():
                api = frameworks.lookup(atom.name)
                if api is None or not isinstance(api.effect, Loss):
                    return Const(None)
                # a class is accepted in the place of an object: Keras makes it
                bound = effects.Bindings.of(api.signature, Arguments())
                _meet(
                    evaluator,
                    api.effect,
                    api,
                    atom.shown,
                    compiled,
                    written,
                    None,
                    bound,
                    output,
                    target,
                    None,
                    atom.name,
                )
            case Made() if atom.api is not None and isinstance(atom.api.effect, Loss):
                bound = effects.Bindings.of(atom.api.signature, effects.renamed(atom.api, atom.arguments))
                _meet(evaluator, atom.api.effect, atom.api, atom.shown, compiled, atom.node, atom.module, bound, output,
                      target, atom)  # fmt: skip
            case Function() | Partial() | Bound() | Instance():
                given: list[tuple[Value, ast.expr | None]] = [
                    (_adapted(target), None),
                    (output if isinstance(output, (Tensor, Choice)) else Unknown("an output", None, "prediction"), None),
                ]
                backends.call_loss(evaluator, compiled.module, atom, Arguments(given), node)
            case Unknown():
                _unmet(evaluator, compiled, "the compiled loss", f"it isn't known: {atom.reason}", written)
        return Const(None)

    try:
        evaluator.each(loss, one)
    finally:
        evaluator.frame, evaluator.path = saved


def _unmet(evaluator: Evaluator, compiled: Compiled, shown: str, reason: str, written: ast.AST | None) -> None:
    evaluator.unmet.append(Unmet(shown, compiled.module, compiled.node, reason, written))


def _adapted(labels: Value) -> Value:
    """Labels as a loss of the program's own gets them: Keras has squeezed or expanded them to the output's rank."""
    if isinstance(labels, Unknown):
        return Unknown(labels.reason, labels.key, "label", labels.origin)
    if isinstance(labels, Tensor):
        return labels.but(role="label", shape=NO_SHAPE, notes=labels.notes - {"batch"})
    return labels


def _meet(
    evaluator: Evaluator, effect: Loss, api: Api, shown: str, compiled: Compiled, written: ast.AST | None,
    written_module: Module | None, bound: effects.Bindings, output: Value, target: Value, made: Made | None = None,
    name: str = "",
) -> None:  # fmt: skip
    assert evaluator.chosen is not None
    event, start = evaluator.chosen
    contract = effects.contract_of(effect, bound)
    if contract is None:
        evaluator.incomplete.add(event)
        _unmet(evaluator, compiled, shown, "an argument that says what it takes isn't known", written)
        return
    chosen = cond.without(evaluator.path, start)
    base = evaluator.path
    module = compiled.module

    def pair(value: Atom, label: Atom) -> Value:
        evaluator.observe(
            LossCall(
                contract=contract,
                api=api,
                shown=shown,
                form="compile",
                module=module,
                node=compiled.node,
                input=value,
                target=label,
                event=event,
                conditions=cond.without(evaluator.path, base),
                chosen=chosen,
                made=made.node if made is not None else written,
                made_module=made.module if made is not None else written_module or module,
                name=made.name if made is not None else name,
                arguments=dict(bound.values),
                backend=backends.of(evaluator, module, made.shown if made is not None else shown),
            )
        )
        return Const(None)

    evaluator.both(output, target, pair)


def instance_method(evaluator: Evaluator, instance: Instance, name: str, arguments: Arguments, node: ast.AST) -> Value:
    """A method that an object of the project inherits from a library."""
    if name in ("apply", "init") and evaluator.is_a(instance.cls, ("flax.linen.Module",)):
        rest = Arguments(
            arguments.positional[1:], {k: p for k, p in arguments.keywords.items() if k not in ("rngs", "mutable")}
        )
        result = evaluator.call(instance, rest, node, node) if name == "apply" else Unknown("parameters")
        return Seq("tuple", [result, Unknown("mutable state")]) if "mutable" in arguments.keywords else result
    if name in MODULE_IDENTITIES:
        return instance
    if name in ("__call__", "forward", "call"):
        return evaluator.call(instance, arguments, node, node)
    if name in ("add_module", "register_module") and len(arguments.positional) >= 2:
        key, value = arguments.positional[0][0], arguments.positional[1][0]
        chain = instance.attributes.get("__layers__")
        if isinstance(chain, Network):
            _append(evaluator, chain, name, arguments, node)
        elif isinstance(key, Const) and isinstance(key.value, str):
            evaluator.write(instance.attributes, key.value, value, instance.born)
        return Const(None)
    if name in CHILDREN:
        return children(evaluator, instance, name)
    if name in ("register_buffer", "register_parameter") and len(arguments.positional) >= 2:
        key, value = arguments.positional[0][0], arguments.positional[1][0]
        if isinstance(key, Const) and isinstance(key.value, str):
            evaluator.write(instance.attributes, key.value, value, instance.born)
        return Const(None)
    if name == "load_from_checkpoint":
        return instance
    stored = instance.attributes.get("__layers__")
    if isinstance(stored, Network) and name in ("add", "append"):
        return method(evaluator, stored, name, arguments, node)
    if evaluator.is_a(instance.cls, KERAS_BASES):
        return keras_method(evaluator, instance, name, arguments, node)
    evaluator.escape(arguments, f"passed to `{instance.cls.name}.{name}`, inherited from outside the project")
    return Unknown(f"`{instance.cls.name}.{name}` is inherited from outside the project",
                   ("method", instance.key, name))  # fmt: skip


def method_of_model(evaluator: Evaluator, made: Made, name: str, arguments: Arguments, node: ast.AST) -> Value:
    """`compile` and `fit` of a library's Keras model."""
    owner = made.attributes.get("__network__")
    if not isinstance(owner, Network):
        output = effects.call_made(evaluator, made, Arguments([(Unknown("an input"), None)]), node)
        owner = Network("keras", [], made.node, made.module, made.born, made.shown, outputs=output)
        evaluator.memory.touch(made)
        made.attributes["__network__"] = owner
    return keras_method(evaluator, owner, name, arguments, node)
