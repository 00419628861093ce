"""Reading and writing attributes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint import frameworks
from losslint.evaluation import effects, frames, functional, shapes
from losslint.evaluation.conditions import ALWAYS
from losslint.evaluation.values import (
    FORM,
    NO_SHAPE,
    Arguments,
    Atom,
    Bound,
    ClassValue,
    Const,
    Deferred,
    External,
    Function,
    Instance,
    Made,
    Mapping,
    ModuleValue,
    Network,
    Partial,
    Seq,
    Super,
    Tensor,
    Unknown,
    Value,
)  # fmt: skip
from losslint.frameworks.vocabulary import Activate, ActivationLayer, Affine, Gives, Opaque, Reshape, Same

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.program.module import Module


DESCRIPTIONS = frozenset({"__doc__", "__name__", "__qualname__", "__module__", "__signature__", "__annotations__", "__wrapped__"})
"""What an object says of itself: to write it changes nothing that a value could hang on."""


def read(evaluator: Evaluator, atom: Atom, name: str, node: ast.Attribute, called: bool = False) -> Value:
    """`atom.name`; `called` where it is called: only then is a name of a tensor's method one, on what isn't known."""
    match atom:
        case ModuleValue():
            if name == "__dict__":
                return namespace(evaluator, atom.module)
            return evaluator.module_attribute(atom.module, name)
        case External():
            if atom.name in evaluator.folders:  # `import layers.dense`, of which `layers` is what's bound
                module = evaluator.import_module(f"{atom.name}.{name}")
                return evaluator.forced(module) if isinstance(module, Deferred) else module
            return External(frameworks.canonical(f"{atom.name}.{name}"), f"{atom.shown}.{name}")
        case Instance():
            return of_instance(evaluator, atom, name, node)
        case ClassValue():
            return of_class(evaluator, atom, name)
        case Deferred():
            return evaluator.each(evaluator.forced(atom), lambda found: read(evaluator, found, name, node, called))
        case Super():
            return _of_super(evaluator, atom, name)
        case Tensor():
            found = frames.attribute(atom, name, called) if frames.is_one(atom) else None
            return _of_tensor(atom, name) if found is None else found
        case Made():
            if name in atom.attributes:
                found = evaluator.read(atom.attributes, name)
                if found is not None:
                    return found
            if name in atom.arguments.keywords:
                return atom.arguments.keywords[name][0]
            if atom.api is not None:
                for parameter, (value, _) in zip(
                    atom.api.signature.parameters, atom.arguments.positional, strict=False
                ):
                    if parameter.name == name:
                        return value
            if name == "module" or (name in ("_orig_mod",)):
                return atom
            from losslint.evaluation import data, effects, estimators

            if not called and (head := effects.own_head(atom, name)) is not None:
                return head
            found = data.attribute(atom, name)
            if found is not None:
                evaluator.memory.touch(atom)  # who reads its labels may choose among the examples
            found = found or estimators.attribute(atom, name)
            return found if found is not None else Bound(atom, name)
        case Network():
            if name in atom.attributes:
                found = evaluator.read(atom.attributes, name)
                if found is not None:
                    return found
            for key, layer, _ in atom.layers:
                if key == name:
                    return layer
            match name:
                case "output" | "outputs":
                    from losslint.evaluation import networks

                    return (
                        atom.outputs
                        if atom.outputs is not None
                        else networks.run(evaluator, atom, Unknown("an input"), node)
                    )
                case "input" | "inputs":
                    return atom.inputs or Unknown("an input")
                case "layers":
                    return Seq(
                        "list", [layer for _, layer, _ in atom.layers], None if not atom.rest else Unknown("layers")
                    )
                case "module":
                    return atom
            return Bound(atom, name)
        case Seq():
            if name in atom.names:
                return atom.items[atom.names.index(name)]
            return Bound(atom, name)
        case Mapping():
            if name in atom.items and name not in ("items", "keys", "values", "get", "update", "pop", "copy"):
                return atom.items[name]
            return Bound(atom, name)
        case Const():
            return Bound(atom, name)
        case Function(node=ast.FunctionDef() | ast.AsyncFunctionDef()) if name == "__name__":
            return Const(atom.name)
        case Function():
            return Unknown(f"`{name}` of a function")
        case Partial():
            return Unknown(f"`{name}` of a partial")
        case Bound():
            return Unknown(f"`{name}` of a method")
        case Unknown():
            if called and (name == "size" or frameworks.method(name) is not None):
                return Bound(atom, name)
            identity = ("attribute", atom.key, name) if atom.key is not None else None
            if name == "shape" and atom.role == "data":
                return Unknown(atom.reason, identity, None, atom.origin, "size")
            if atom.origin != "choice":  # an argument from the command line may have any name
                if name in ("ndim", "dtype"):
                    return Unknown(atom.reason, identity, atom.role, FORM)
                if name == "shape":
                    return Unknown(atom.reason, identity, atom.role, atom.origin, "shape")
            return Unknown(atom.reason, identity, atom.role, "device" if name == "device" else atom.origin)


def namespace(evaluator: Evaluator, module: Module) -> Value:
    """A module's names, by which `models.__dict__[name]` and `getattr(models, name)` choose."""
    evaluator.run_module(module)
    assert module.scope is not None
    known = evaluator.everything(module.scope, module)
    names: dict[object, Value] = {
        name: value
        for name, value in known.items.items()
        if not str(name).startswith("_") and isinstance(value, (Function, ClassValue))
    }
    return Mapping(names, known.rest)


def of_instance(evaluator: Evaluator, instance: Instance, name: str, node: ast.AST) -> Value:
    """An attribute of an object: its own, its class's, or of what its class inherits from."""
    own = evaluator.read(instance.attributes, name)
    if own is not None:
        return own
    found = evaluator.class_attribute(instance.cls, name)
    if found is not None:

        def bind(atom: Atom) -> Value:
            if isinstance(atom, Function):
                if atom.kind == "property":
                    return evaluator.call_function(atom, instance, Arguments(), node)
                if atom.kind == "staticmethod":
                    return atom
                if atom.kind == "classmethod":
                    return Bound(instance.cls, name, atom)
                return Bound(instance, name, atom)
            return atom

        return evaluator.each(found, bind)
    if name == "training":
        return Const(True)
    if name == "__class__":
        return instance.cls
    if name == "module":
        return instance
    if name == "__dict__":
        return Mapping(dict(instance.attributes))  # type: ignore[arg-type]
    inherited = instance.attributes.get("__super__")
    if isinstance(inherited, Made):
        given = effects.constructed(inherited, name)
        if given is not None:
            return given
    getter = evaluator.find_method(instance.cls, "__getattr__")
    outside = next((b for b in instance.cls.mro if not isinstance(b, ClassValue)), None)
    if outside is None and getter is None and name not in _PROTOCOL:
        return Unknown(f"`{name}` isn't set on {instance.cls.name}", ("attribute", ("instance", instance.key), name))
    return Bound(instance, name)


_PROTOCOL = frozenset({"__call__", "forward", "call", "to", "cuda", "cpu", "train", "eval"})


LOADERS = frozenset({"load_from_checkpoint", "from_pretrained"})
"""What classes of models inherit from their libraries: a model out of a file, made with arguments that stand there."""


def _loads(base: str) -> bool:
    own = ("transformers.", "pytorch_transformers.", "pytorch_pretrained_bert.")
    return base in ("pytorch_lightning.LightningModule", "huggingface_hub.PyTorchModelHubMixin") or base.startswith(own)


def of_class(evaluator: Evaluator, cls: ClassValue, name: str) -> Value:
    """An attribute of a class."""
    found = evaluator.class_attribute(cls, name)
    if found is None:
        if name == "__name__":
            return Const(cls.name)
        if any(isinstance(b, External) and b.name.startswith("enum.") for b in cls.mro):
            return Unknown("a member of an enumeration")
        if name in LOADERS and any(isinstance(b, External) and _loads(b.name) for b in cls.mro):
            return Bound(cls, name)
        if name == "create" and any(isinstance(b, External) and b.name == functional.STATE for b in cls.mro):
            return External(f"{functional.STATE}.create", cls.name)
        return Unknown(f"`{name}` isn't defined in {cls.name}", ("attribute", ("class", id(cls)), name))
    enumeration = any(isinstance(b, External) and b.name in ("enum.Enum", "enum.IntEnum") for b in cls.mro)

    def bind(atom: Atom) -> Value:
        if isinstance(atom, Function) and atom.kind == "classmethod":
            return Bound(cls, name, atom)
        if enumeration and isinstance(atom, Const):
            return Const(("member", id(cls), name))
        if isinstance(atom, External) and atom.name in evaluator.declared_methods:
            return Unknown(f"`{name}` of the class {cls.name}, not of an object")
        return atom

    return evaluator.each(found, bind)


def _of_super(evaluator: Evaluator, atom: Super, name: str) -> Value:
    owner = atom.instance
    cls = owner.cls if isinstance(owner, Instance) else owner if isinstance(owner, ClassValue) else None
    if cls is None:
        return Unknown("super() of a value that isn't known")
    method = evaluator.find_method(cls, name, atom.cls)
    if method is not None:
        if method.kind == "property":
            return evaluator.call_function(method, owner, Arguments(), method.node)
        return Bound(owner, name, method)
    if isinstance(owner, Instance):
        value = evaluator.class_attribute(cls, name, atom.cls)
        if value is not None:
            return value
    return Bound(atom, name)


def _of_tensor(tensor: Tensor, name: str) -> Value:
    match name:
        case "data":
            return tensor.detached()
        case "real" | "values":
            return tensor
        case "T" | "mT":
            return tensor.but(shape=NO_SHAPE)
        case "device":
            return Unknown("a device", None, None, "device")
        case "shape":
            return Unknown("`.shape` of a tensor", kind="size", count=tensor.shape.rank)
        case "ndim" if tensor.shape.rank is not None:
            return Const(tensor.shape.rank)
        case "dtype" | "ndim":
            return Unknown(f"`.{name}` of a tensor", origin=FORM)
        case "grad" | "is_cuda" | "requires_grad":
            return Unknown(f"`.{name}` of a tensor")
    if "fields" in tensor.notes and name in ("logits", "prediction_logits"):
        return tensor.but(notes=tensor.notes - {"fields"})
    if ("fields" in tensor.notes or frameworks.method(name) is None) and name.startswith("_"):
        return Unknown(f"`.{name}` of a tensor")
    return Bound(tensor, name)


def changed(tensor: Tensor, name: str, value: Value) -> Tensor:
    """A tensor after `tensor.name = value`: NumPy's arrays are reshaped that way, torch's tensors get other numbers."""
    if name == "shape":
        sizes = [item.value if isinstance(item, Const) and isinstance(item.value, int) else None
                 for item in value.items] if isinstance(value, Seq) and value.rest is None else []  # fmt: skip
        return tensor.but(shape=shapes.reshape(tensor.shape, sizes), axis=None)
    if name == "data":
        return value if isinstance(value, Tensor) else Tensor(role=tensor.role, reason="numbers that were replaced")
    return tensor


LAYERS = (Activate, ActivationLayer, Affine, Gives, Opaque, Reshape, Same)


def _set_layer(evaluator: Evaluator, network: Network, name: str, value: Value) -> None:
    """`network.name = value`: a layer by its name. In torch whatever layer is set becomes the last of the chain."""
    known = [index for index, (key, _, _) in enumerate(network.layers) if key == name]
    for index in known:
        if isinstance(value, Unknown):
            network.rest = True
        network.layers[index] = (name, value, network.layers[index][2])
    if not known and network.framework == "torch" and network.of is None and _is_layer(evaluator, value):
        from losslint.evaluation import networks

        added = Arguments([(Const(name), None), (value, None)])
        networks.method(evaluator, network, "add_module", added, network.node)


def _is_layer(evaluator: Evaluator, value: Value) -> bool:
    match value:
        case Network():
            return True
        case Instance():
            return evaluator.is_a(value.cls, ("torch.nn.Module",))
        case Made():
            return value.api is not None and isinstance(value.api.effect, LAYERS)
    return False


def assign(evaluator: Evaluator, owner: Value, name: str, value: Value) -> None:
    """`owner.name = value`."""

    def one(atom: Atom) -> Value:
        if isinstance(atom, (Instance, Made, Network, ClassValue, ModuleValue)) and name not in DESCRIPTIONS:
            evaluator.memory.touch(atom, value)
        match atom:
            case Instance():
                setter = evaluator.class_attribute(atom.cls, name)
                if isinstance(setter, Function) and setter.kind == "property":
                    return Const(None)
                evaluator.write(atom.attributes, name, value, atom.born)
            case Made() | Network():
                evaluator.write(atom.attributes, name, value, atom.born)
                if isinstance(atom, Network):
                    _set_layer(evaluator, atom, name, value)
            case ClassValue():
                evaluator.write(atom.attributes, name, value, ALWAYS)
            case ModuleValue():
                if atom.module.scope is not None:
                    evaluator.write(atom.module.scope.names, name, value, ALWAYS)
        return Const(None)

    evaluator.each(owner, one)
