"""Data sets, loaders and encoders: what is known of the labels that come out of them.

A data set gives samples, a loader batches of them: what `__getitem__` returns, with one axis more in front, as torch's default
collation and `tf.data` make them. What a collation, a data set or a transform gives that isn't known, isn't known either.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from losslint import frameworks
from losslint.evaluation import conditions as cond
from losslint.evaluation import dtypes, operators, shapes
from losslint.evaluation import values as v
from losslint.evaluation.effects import Bindings, Site, ask_for_form, renamed
from losslint.evaluation.observations import LossCall
from losslint.evaluation.values import (
    Arguments,
    Atom,
    Choice,
    Const,
    Instance,
    Made,
    Mapping,
    Scale,
    Seq,
    Shape,
    Tensor,
    Unknown,
    Value,
    Way,
)  # fmt: skip
from losslint.frameworks.vocabulary import (
    Api,
    Batches,
    Catalogue,
    DataSet,
    Encode,
    Fit,
    Flow,
    LabelledData,
    Labelling,
    Parts,
    Slices,
    Splits,
)
from losslint.record import replace

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator

GIVEN = "tensorflow.data.Dataset"
NUMBERED = "tensorflow.examples.tutorials.mnist.DataSet"
"""A part of what TensorFlow 1's reader of MNIST gives."""
ELEMENT = "__element__"
"""The attribute under which a data set keeps what iterating it gives."""
TOUCHED = "__touched__"
"""The attribute that says that a program has looked at a data set's labels: it may have changed them, or left some out."""
LABELS = ("targets", "labels", "_labels", "train_labels", "test_labels", "samples", "imgs", "data", "train_data", "tensors")
"""Attributes of torchvision's data sets that hold their labels, or the examples beside them."""
PYTHON = {"int": "int64", "length": "int64", "float": "float64", "bool": "bool"}
"""What torch's default collation makes of Python's own numbers."""
UNCHANGED = frozenset({
    "shuffle", "repeat", "cache", "prefetch", "take", "skip", "shard", "with_options", "as_numpy_iterator", "snapshot",
    "ignore_errors", "rebatch", "sparse_batch",
})  # fmt: skip
"""Methods of a tf.data data set that leave its elements as they are."""


def is_data_set(made: Made) -> bool:
    """Whether it's an object that gives samples or batches."""
    return made.api is not None and isinstance(made.api.effect, DataSet)


# ------------------------------------------------------------------------------------------------------------ functions


def make(evaluator: Evaluator, shown: str, api: Api, arguments: Arguments, node: ast.AST, owner: Made | None) -> Value:
    """Carry out a function, or a method of `owner`, that makes a data set, parts of one, or labels."""
    bound = Bindings.of(api.signature, renamed(api, arguments))
    module = evaluator.frame.module
    site = Site(module, node, "call", shown, owner)
    match api.effect:
        case LabelledData():
            return _labelled(api.effect, bound, site)
        case Parts():
            return _parts(evaluator, api.effect, bound)
        case Slices():
            return _slices(evaluator, api.effect, bound, site)
        case Batches():
            return _batches(evaluator, api.effect, bound, site)
        case Catalogue():
            return _catalogued(evaluator, api.effect, bound, site)
        case Flow():
            images: Value = Unknown("images", None, "data")
            return given(evaluator, shown, Seq("tuple", [images, bound.value(api.effect.labels) or Unknown()]), node)
        case Splits():
            return _split(evaluator, api.effect, bound, site)
        case Encode():
            return _encoded(evaluator, api.effect, bound, site)
        case Fit():
            return owner if owner is not None else Unknown(f"`{shown}` of nothing")
    return Unknown(f"what `{shown}` gives")


def given(evaluator: Evaluator, shown: str, element: Value, node: ast.AST) -> Made:
    """A data set of which it's known what iterating it gives."""
    api = frameworks.lookup(GIVEN)
    return Made(GIVEN, shown, api, Arguments(), node, evaluator.frame.module, evaluator.path, {ELEMENT: element})


def _labelled(effect: LabelledData, bound: Bindings, site: Site) -> Value:
    changed = any(not bound.is_default(name) for name in effect.unless)
    if changed and effect.form == "pair":
        return Unknown(f"what `{site.shown}` gives")
    classes = bound.integer(effect.classes) if isinstance(effect.classes, str) else effect.classes
    shape = shapes.make(effect.rank, {1: 1} if effect.rank == 2 else {}, None)
    labels = Tensor(
        Scale.INDICES, shape, dtypes.kind_of(effect.dtype), "label", exact=dtypes.exact_of(effect.dtype),
        way=Way(site.module, site.node, f"{site.shown} gives class indices"), notes=frozenset({"batch", "every-class"}),
        n_classes=None if changed else classes,
    )  # fmt: skip
    inputs: Value = Unknown("examples of a data set", None, "data")
    if effect.inputs is not None:
        inputs = Tensor(shape=Shape(effect.inputs), dtype="float", exact="float64", role="data",
                        notes=frozenset({"batch"}), reason="examples of a data set")  # fmt: skip
    if effect.form == "train-and-test":
        return Seq("tuple", [Seq("tuple", [inputs, labels]) for _ in range(2)])
    if effect.form == "bunch":
        pair = bound.value("return_X_y")
        if not isinstance(pair, Const):
            return Unknown(f"what `{site.shown}` gives")
        if not pair.value:
            return Mapping({"data": inputs, "target": labels}, Unknown("another field of the data set"))
    return Seq("tuple", [inputs, labels])


def _split(evaluator: Evaluator, effect: Splits, bound: Bindings, site: Site) -> Value:
    """A named tuple of data sets that aren't iterated, but asked for the next batch."""
    one_hot = bound.value(effect.one_hot)
    if not isinstance(one_hot, Const) or any(not bound.is_default(name) for name in effect.unless):
        return Unknown(f"what `{site.shown}` gives")
    if one_hot.value:
        scale, shape, dtype = Scale.ONE_HOT, shapes.make(2, {1: effect.classes}, 1), "float64"
    else:
        scale, shape, dtype = Scale.INDICES, Shape(1), "uint8"
    labels = Tensor(
        scale, shape, dtypes.kind_of(dtype), "label", exact=dtype, n_classes=effect.classes, notes=frozenset({"batch"}),
        way=Way(site.module, site.node, f"{site.shown} gives {scale.value}"),
    )  # fmt: skip
    rank = {True: 2, False: 4}.get(bool(bound.constant(effect.reshape))) if bound.constant(effect.reshape) is not None else None
    images = Tensor(shape=Shape(rank), dtype="float", exact="float32", role="data", notes=frozenset({"batch"}),
                    reason="images of a data set")  # fmt: skip

    def part() -> Value:
        known: dict[str, Value] = {"images": images, "labels": labels, ELEMENT: Seq("tuple", [images, labels])}
        return Made(NUMBERED, site.shown, None, Arguments(), site.node, site.module, evaluator.path, known)

    return Seq("tuple", [part() for _ in range(3)], names=("train", "validation", "test"))


def _parts(evaluator: Evaluator, effect: Parts, bound: Bindings) -> Value:
    if effect.data is not None:
        return Seq("list", [], bound.value(effect.data) or Unknown("a part of a data set"))
    if bound.open or not bound.rest:
        return Unknown("parts of arrays that aren't known")
    parts = [some_rows(value) for value, _ in bound.rest for _ in range(effect.times)]
    return parts[0] if len(parts) == 1 else Seq("list", parts)


def some_rows(value: Value) -> Value:
    """Other rows of the same array, how many isn't known."""
    if isinstance(value, Choice):
        return cond.choice([(inner, some_rows(atom)) for inner, atom in value.alternatives])
    if isinstance(value, Tensor):
        sizes = {axis: size for axis, size in value.shape.sizes if axis != 0}
        return value.but(shape=shapes.make(value.shape.rank, sizes, value.shape.classes))
    if isinstance(value, Unknown):
        return Unknown(value.reason, None, value.role, value.origin)
    if isinstance(value, Seq):
        rest = value.rest or (value.items[0] if value.items else None)
        return Seq(value.kind, [], rest or Unknown("an element of a part of a list"))
    return Unknown("a part of what isn't an array")


# -------------------------------------------------------------------------------------------------------------- encoders


def _encoded(evaluator: Evaluator, effect: Encode, bound: Bindings, site: Site) -> Value:
    """Labels made of what is given."""
    written = bound.node(effect.input)
    if site.made is not None and site.made.api is not None:
        bound = bound.merged(Bindings.of(site.made.api.signature, renamed(site.made.api, site.made.arguments)))
    source = bound.value(effect.input)
    if isinstance(source, Choice):
        source = evaluator.here(source)
    tensor = source if isinstance(source, Tensor) else Tensor()
    dtype, exact = dtypes.kind_of(effect.dtype), dtypes.exact_of(effect.dtype)
    if effect.dtype_argument is not None and bound.given(effect.dtype_argument):
        dtype, exact = dtypes.read(bound.value(effect.dtype_argument))
    scale, last, n_classes = effect.to, None, None
    notes = frozenset({"batch"})
    changed = any(not bound.is_default(name) for name in effect.unless)
    if changed or (effect.column and not _is_column(source, written)):
        scale = Scale.UNKNOWN
    elif effect.binary:
        n_classes = tensor.n_classes
        if effect.classes is not None:
            classes = bound.value(effect.classes)
            n_classes = len(classes.items) if isinstance(classes, Seq) and operators.is_exact(classes) else None
        if n_classes == 2:
            scale, last = Scale.INDICES, 1
        elif n_classes is not None:
            last = n_classes
        else:
            scale = Scale.UNKNOWN
    elif scale is Scale.INDICES and effect.rank == 2:
        last = 1
    axis = -1 if scale is Scale.ONE_HOT else None
    labels = Tensor(
        scale, shapes.make(effect.rank, {} if last is None else {-1: last}, axis), dtype, "label", exact=exact,
        way=Way(site.module, site.node, f"{site.shown} makes {scale.value if scale is not Scale.UNKNOWN else 'labels'}"),
        notes=notes, n_classes=n_classes, reason=f"`{site.shown}` of what isn't known",
    )  # fmt: skip
    return Seq("tuple", [labels, Unknown("the names of the classes")]) if effect.first else labels


def _is_column(source: Value | None, written: ast.expr | None) -> bool:
    """Whether what is encoded is a single column: an array of one, or a column of a table by its name."""
    if isinstance(source, Tensor) and source.shape.rank is not None:
        return source.shape.rank == 1 or (source.shape.rank == 2 and source.shape.size(1) == 1)
    match written:
        case ast.Subscript(slice=ast.Constant(value=str())):
            return True
        case ast.Subscript(slice=ast.List(elts=[ast.Constant(value=str())])):
            return True
    return False


# ---------------------------------------------------------------------------------------- data sets that Keras reads


def _batches(evaluator: Evaluator, effect: Batches, bound: Bindings, site: Site) -> Value:
    images: Value = Unknown("batches of a data set", None, "data")
    mode = bound.value(effect.mode)
    unlabelled = bound.value(effect.labels) if effect.labels is not None else None
    if isinstance(unlabelled, Const) and unlabelled.value is None:
        element: Value = images
    elif not isinstance(mode, Const):
        element = Seq("tuple", [images, Unknown("labels of a kind that isn't known", None, "data")])
    elif mode.value is None:
        element = images
    else:
        labelling = dict(effect.labellings).get(str(mode.value))
        labels: Value = Unknown("labels of a kind that isn't known", None, "data")
        if labelling is not None:
            labels = _as_told(labelling, effect, bound, site, mode.value)
        element = Seq("tuple", [images, labels])
    made = given(evaluator, site.shown, element, site.node)
    both = bound.constant(effect.split) == "both" if effect.split is not None else False
    return Seq("tuple", [made, given(evaluator, site.shown, element, site.node)]) if both else made


def _as_told(labelling: Labelling, effect: Batches, bound: Bindings, site: Site, mode: object) -> Tensor:
    listed = bound.value(effect.classes) if effect.classes is not None else None
    count = len(listed.items) if isinstance(listed, Seq) and operators.is_exact(listed) and listed.items else None
    one_hot = labelling.scale is Scale.ONE_HOT
    last = count if one_hot else labelling.last
    default = "" if bound.given(effect.mode) else ", the default,"
    way = Way(site.module, site.node, f"{effect.mode}={mode!r}{default} gives {labelling.scale.value}")
    return Tensor(
        labelling.scale, shapes.make(labelling.rank, {} if last is None else {-1: last}, -1 if one_hot else None),
        dtypes.kind_of(labelling.dtype), "label", way=way, notes=frozenset({"batch"}), exact=labelling.dtype,
        n_classes=labelling.n_classes or count,
    )  # fmt: skip


def _catalogued(evaluator: Evaluator, effect: Catalogue, bound: Bindings, site: Site) -> Value:
    name, supervised = bound.constant(effect.name), bound.value(effect.supervised)
    count = dict(effect.classes).get(re.split("[:/]", name)[0]) if isinstance(name, str) else None
    label: Value = Unknown("a label of a data set that isn't known", None, "data")
    if count is not None:
        way = Way(site.module, site.node, f"{site.shown}({name!r}) gives class indices")
        label = Tensor(Scale.INDICES, Shape(0), "int", "label", way=way, exact="int64", n_classes=count)
    example: Value = Unknown("an example of a data set", None, "data")
    if not isinstance(supervised, Const):
        element: Value = example
    elif supervised.value:
        element = Seq("tuple", [example, label])
    else:
        element = Mapping({"label": label}, example)
    if bound.given(effect.batch):
        element = batched(evaluator, element)
    split = bound.value(effect.split)
    found: Value
    if isinstance(split, Seq) and operators.is_exact(split):
        found = Seq("list", [given(evaluator, site.shown, element, site.node) for _ in split.items])
    elif isinstance(split, Const) and split.value is None:
        found = Mapping({}, given(evaluator, site.shown, element, site.node))
    else:
        found = given(evaluator, site.shown, element, site.node)
    info = bound.value(effect.info)
    if not isinstance(info, Const):
        return Unknown(f"what `{site.shown}` gives")
    return Seq("tuple", [found, Unknown("what is known of a data set")]) if info.value else found


# -------------------------------------------------------------------------------------------------------------- tf.data


def _slices(evaluator: Evaluator, effect: Slices, bound: Bindings, site: Site) -> Value:
    data = bound.value(effect.data)
    if effect.zip:
        parts = [value for value, _ in bound.rest]
        if len(parts) == 1 and isinstance(parts[0], Seq) and parts[0].rest is None:
            parts = list(parts[0].items)
        found = [element_of(evaluator, part, site.node) for part in parts]
        return given(evaluator, site.shown, Seq("tuple", found), site.node)
    if data is None:
        return Unknown(f"`{site.shown}` of nothing")
    element = data if effect.whole else rows(evaluator, data)
    return given(evaluator, site.shown, element, site.node)


def rows(evaluator: Evaluator, value: Value) -> Value:
    """One row of each array in a structure of arrays: the first axis goes."""

    def one(atom: Atom) -> Value:
        match atom:
            case Tensor():
                return atom.but(shape=shapes.row(atom.shape), notes=atom.notes - {"batch", "every-class"})
            case Seq() if atom.kind == "tuple" and atom.rest is None:
                return Seq("tuple", [rows(evaluator, item) for item in atom.items])
            case Seq():
                return atom.rest or (atom.items[0] if len(atom.items) == 1 else Unknown("an element of a list"))
            case Mapping():
                return Mapping({key: rows(evaluator, item) for key, item in atom.items.items()}, atom.rest)
            case Unknown():
                return Unknown(atom.reason, None, "data", atom.origin)
        return Unknown("a row of what isn't an array", None, "data")

    return evaluator.each(value, one)


def batched(evaluator: Evaluator, value: Value, site: Site | None = None) -> Value:
    """A batch of such elements: one axis more in front. Python's numbers and structures are as torch collates them."""

    def one(atom: Atom) -> Value:
        match atom:
            case Tensor():
                return atom.but(
                    shape=shapes.batched(atom.shape), axis=None, role=atom.role or "data", notes=atom.notes | {"batch"}
                )
            case Const(value=bool() | int() | float()):
                return _of_numbers(type(atom.value).__name__, site)
            case Const(value=str()):
                return Seq("list", [], Unknown("a text", None, "data", kind="str"))
            case Unknown() if atom.kind in PYTHON and site is not None:
                return _of_numbers(atom.kind, site)
            case Seq(rest=None):
                return Seq("tuple", [batched(evaluator, item, site) for item in atom.items], names=atom.names)
            case Seq() if atom.kind == "list" and not atom.items and atom.rest is not None:
                return Seq("list", [], batched(evaluator, atom.rest, site))
            case Mapping():
                rest = None if atom.rest is None else Unknown("a field of a batch", None, "data")
                return Mapping({key: batched(evaluator, item, site) for key, item in atom.items.items()}, rest)
            case Unknown():
                return Unknown(atom.reason, ("element", v.fresh()), "data", atom.origin)
        return Unknown(f"a batch of {v.described(atom)}", ("element", v.fresh()), "data")

    return evaluator.each(value, one)


def _of_numbers(kind: str, site: Site | None) -> Tensor:
    exact = PYTHON[kind]
    way = None
    if site is not None:
        shown = "int" if kind == "length" else kind
        way = Way(site.module, site.node, f"the loader makes a tensor of {exact} of Python's {shown}s")
    return Tensor(shape=Shape(1), dtype=dtypes.kind_of(exact), exact=exact, role="data", way=way,
                  notes=frozenset({"batch"}), reason="numbers of a data set")  # fmt: skip


def _method_of_given(evaluator: Evaluator, made: Made, name: str, arguments: Arguments, node: ast.AST) -> Value:
    """A method of a tf.data data set."""
    element = made.attributes.get(ELEMENT, Unknown("an element", None, "data"))
    if name in UNCHANGED:
        return made
    match name:
        case "batch" | "padded_batch":
            return given(evaluator, made.shown, batched(evaluator, element), node)
        case "unbatch":
            return given(evaluator, made.shown, rows(evaluator, element), node)
        case "filter":
            return given(evaluator, made.shown, some_classes(element), node)
        case "enumerate":
            return given(evaluator, made.shown, Seq("tuple", [Unknown("an index", kind="int"), element]), node)
        case "map" if arguments.positional or "map_func" in arguments.keywords:
            function = arguments.positional[0][0] if arguments.positional else arguments.keywords["map_func"][0]

            def mapped(atom: Atom) -> Value:
                parts = atom.items if isinstance(atom, Seq) and atom.kind == "tuple" and atom.rest is None else [atom]
                return evaluator.call(function, Arguments([(part, None) for part in parts]), node, node)

            return given(evaluator, made.shown, evaluator.each(element, mapped), node)
    evaluator.escape(arguments, f"passed to `.{name}()` of a data set")
    return Unknown(f"`.{name}()` of a data set", None, "data")


# ------------------------------------------------------------------------------------------------- samples and batches


def elements(evaluator: Evaluator, made: Made, node: ast.AST) -> list[Value] | None:
    """What iterating a data set or a loader gives: one element that stands for all; None of what is no data set."""
    if not is_data_set(made):
        return None
    key = (id(made), evaluator.path)
    known = evaluator.batches.get(key)
    if known is None:
        before = evaluator.steps
        known = evaluator.batches[key] = (made, element_of(evaluator, made, node))
        evaluator.ceiling += evaluator.steps - before
        evaluator.limit += evaluator.steps - before  # reading a data set isn't the work of the function that does it
    return [known[1]]


def element_of(evaluator: Evaluator, value: Value, node: ast.AST) -> Value:
    """What iterating a data set gives."""

    def one(atom: Atom) -> Value:
        if isinstance(atom, Made) and is_data_set(atom):
            assert atom.api is not None
            assert isinstance(atom.api.effect, DataSet)
            if atom.api.effect.kind == "loader":
                return _batch(evaluator, atom, node)
            return sample_of(evaluator, atom, node)
        found = operators.elements(evaluator, atom, node)
        return found[0] if found else Unknown("an element", None, "data")

    return evaluator.each(value, one)


def _batch(evaluator: Evaluator, loader: Made, node: ast.AST) -> Value:
    assert loader.api is not None
    bound = Bindings.of(loader.api.signature, renamed(loader.api, loader.arguments))
    unknown = Unknown("a batch of what isn't known", ("element", v.fresh()), "data")
    dataset = bound.value("dataset")
    if dataset is None or bound.open or "collate_fn" in loader.attributes or "dataset" in loader.attributes:
        return unknown
    sample = sample_of(evaluator, dataset, node)
    collate = bound.value("collate_fn")
    if collate is not None and not (isinstance(collate, Const) and collate.value is None):
        examples = Seq("list", [], sample)
        found = evaluator.call(collate, Arguments([(examples, None)]), node, node)
        return unknown if isinstance(found, Unknown) else found
    size = bound.value("batch_size")
    if isinstance(size, Const) and size.value is None and bound.is_default("batch_sampler"):
        return sample
    return batched(evaluator, sample, _read_at(evaluator, loader, dataset))


def loader_of(evaluator: Evaluator, modules: list[Instance], maker: str, node: ast.AST) -> Value | None:
    """The loader that the first of these makes which has such a method; a Lightning data module is set up before."""
    for module in modules:
        method = evaluator.find_method(module.cls, maker)
        if method is not None:
            for name, arguments in (("prepare_data", []), ("setup", [(Const("fit"), None)])):
                before = evaluator.find_method(module.cls, name)
                if before is not None:
                    evaluator.call_function(before, module, Arguments(list(arguments)), node)
            return evaluator.call_function(method, module, Arguments(), node)
    return None


def _read_at(evaluator: Evaluator, loader: Made, dataset: Value) -> Site:
    """Where a batch's numbers come from: what the data set's `__getitem__` returns, or else the loader."""
    while isinstance(dataset, (Made, Seq)):
        api = dataset.api if isinstance(dataset, Made) else None
        if isinstance(dataset, Seq) and dataset.rest is not None:
            dataset = dataset.rest
        elif isinstance(dataset, Made) and api is not None and isinstance(api.effect, DataSet) and api.effect.kind == "part":
            dataset = Bindings.of(api.signature, dataset.arguments).value(api.effect.data) or Unknown()
        else:
            break
    if isinstance(dataset, Instance):
        method = evaluator.find_method(dataset.cls, "__getitem__")
        if method is not None and not isinstance(method.node, ast.Lambda):
            returns = [node for node in ast.walk(method.node) if isinstance(node, ast.Return)]
            if len(returns) == 1:
                return Site(method.module, returns[0], "call", loader.shown)
    return Site(loader.module, loader.node, "call", loader.shown)


def sample_of(evaluator: Evaluator, value: Value, node: ast.AST) -> Value:
    """One example of a data set: what its `__getitem__` returns, or its `__iter__` yields."""

    def one(atom: Atom) -> Value:
        match atom:
            case Instance():
                return _of_project(evaluator, atom, node)
            case Made() if is_data_set(atom):
                return _of_library(evaluator, atom, node)
            case Seq():
                return _alike(operators.elements(evaluator, atom, node))
            case Tensor():
                return rows(evaluator, atom)
        return Unknown("an example of a data set that isn't known", None, "data")

    return evaluator.each(value, one)


def _alike(values: list[Value]) -> Value:
    """One value that stands for several: what they have in common, part by part."""
    if not values:
        return Unknown("an example of nothing", None, "data")
    first = values[0]
    if isinstance(first, Seq) and all(isinstance(v, Seq) and v.rest is None for v in values):
        rows = [v.items for v in values if isinstance(v, Seq)]
        if len({len(row) for row in rows}) == 1:
            return Seq(first.kind, [_alike([row[i] for row in rows]) for i in range(len(rows[0]))])
    tensors = [v for v in values if isinstance(v, Tensor)]
    if isinstance(first, Tensor) and len(tensors) == len(values):
        plain = [t.but(cause=None, head=None) for t in tensors]
        return first if len({t.facts() for t in plain}) == 1 else Unknown("one of several examples", None, "data")
    same = not isinstance(first, Choice) and all(not isinstance(v, Choice) and v.facts() == first.facts() for v in values)
    return first if same else Unknown("one of several examples", None, "data")


def _of_project(evaluator: Evaluator, dataset: Instance, node: ast.AST) -> Value:
    method = evaluator.find_method(dataset.cls, "__getitem__")
    if method is not None:
        index = Unknown("an index", ("index", v.fresh()), kind="int")
        return evaluator.call_function(method, dataset, Arguments([(index, None)]), method.node)
    if evaluator.find_method(dataset.cls, "__iter__") is not None:
        found = operators.elements(evaluator, dataset, node)
        return found[0] if found else Unknown("an example", None, "data")
    inherited = dataset.attributes.get("__super__")
    if isinstance(inherited, Made) and is_data_set(inherited):
        return _of_library(evaluator, inherited, node)
    return Unknown(f"an example of `{dataset.cls.name}`", None, "data")


def _of_library(evaluator: Evaluator, made: Made, node: ast.AST) -> Value:
    assert made.api is not None
    effect = made.api.effect
    assert isinstance(effect, DataSet)
    unknown = Unknown(f"an example of `{made.shown}`", None, "data")
    bound = Bindings.of(made.api.signature, renamed(made.api, made.arguments))
    if bound.open:
        return unknown
    match effect.kind:
        case "given":
            return made.attributes.get(ELEMENT, unknown)
        case "labelled":
            if any(not bound.is_default(name) for name in effect.unless) or any(
                name in made.attributes for name in (*LABELS, "target_transform")
            ):
                return unknown
            label = _label(made, effect, 0)
            return Seq("tuple", [Unknown("an image", None, "data"), label])
        case "tensors":
            return Seq("tuple", [rows(evaluator, value) for value, _ in bound.rest])
        case "part":
            return some_classes(sample_of(evaluator, bound.value(effect.data) or unknown, node))
        case "together":
            parts = bound.value(effect.data)
            if isinstance(parts, Seq) and parts.rest is None and parts.items:
                return some_classes(_alike([sample_of(evaluator, part, node) for part in parts.items]))
    return unknown


def _label(made: Made, effect: DataSet, rank: int) -> Tensor:
    way = Way(made.module, made.node, f"{made.shown} gives class indices")
    classes = None if TOUCHED in made.attributes else effect.classes
    notes = frozenset({"batch"} if rank else ())
    return Tensor(Scale.INDICES, Shape(rank), "int", "label", way=way, exact="int64", n_classes=classes, notes=notes)


def some_classes(value: Value) -> Value:
    """The same, with how many classes there are unknown: some examples were left out, or others put in."""
    if isinstance(value, Choice):
        return cond.choice([(inner, some_classes(atom)) for inner, atom in value.alternatives])
    if isinstance(value, Tensor):
        return value.but(n_classes=None, notes=value.notes - {"every-class"})
    if isinstance(value, Seq) and value.rest is None:
        return Seq(value.kind, [some_classes(item) for item in value.items], names=value.names)
    if isinstance(value, Mapping):
        return Mapping({key: some_classes(item) for key, item in value.items.items()}, value.rest)
    return value


# ------------------------------------------------------------------------------------------------ TensorFlow 1's feeds

RUNNERS = frozenset({"run", "eval"})
"""Methods that take a feed_dict: of a session, an operation and a tensor."""


def fed_by(tensor: Tensor) -> tuple[str, str] | None:
    """What a placeholder is known by in a feed_dict; None of any other tensor."""
    note = next((note for note in tensor.notes if note.startswith("fed ")), None)
    return None if note is None else ("fed", note)


def feed(evaluator: Evaluator, arguments: Arguments) -> None:
    """Bring what a placeholder is fed with to the losses that it is the target of."""
    given = [value for value, _ in arguments.positional] + [arguments.keywords.get("feed_dict", (Unknown(), None))[0]]
    for mapping in given:
        if not isinstance(mapping, Mapping):
            continue
        for key, value in mapping.items.items():
            if isinstance(key, tuple) and key[0] == "fed":
                for conditions, labels in cond.alternatives(value):
                    if isinstance(labels, Tensor) and not ask_for_form(evaluator, (*conditions, *evaluator.path)):
                        _meet_fed(evaluator, key[1], labels)


def _meet_fed(evaluator: Evaluator, note: str, labels: Tensor) -> None:
    for seen in [o for o in evaluator.observations if isinstance(o, LossCall)]:
        target = seen.target
        if not isinstance(target, Tensor) or note not in target.notes:
            continue
        if target.shape.rank is None and labels.shape.size(-1) == 1:
            continue  # a column of which the axis may have been squeezed away
        met = (id(seen.node), labels.scale, labels.dtype, labels.shape.rank)
        if target.way is None and labels.shape.rank is not None and met not in evaluator.fed:
            evaluator.fed.add(met)
            fed = labels.but(notes=labels.notes | {"fed"})
            evaluator.observe(replace(seen, target=fed, target_node=None, event=evaluator.next_event()))


# ------------------------------------------------------------------------------------------- methods and attributes


def method(evaluator: Evaluator, made: Made, name: str, arguments: Arguments, node: ast.AST) -> Value | None:
    """A method of a data set or an encoder; None where nothing is known of it."""
    if made.name == GIVEN:
        return _method_of_given(evaluator, made, name, arguments, node)
    if made.name == NUMBERED and name == "next_batch":
        return made.attributes[ELEMENT]
    if name == "__getitem__" and is_data_set(made):
        return sample_of(evaluator, made, node)
    return None


def attribute(made: Made, name: str) -> Value | None:
    """An attribute of a library's data set that holds labels; None of any other. Who reads it may choose among the examples."""
    effect = made.api.effect if made.api is not None else None
    if not isinstance(effect, DataSet) or effect.kind != "labelled" or name not in LABELS:
        return None
    made.attributes[TOUCHED] = Const(True)
    if name in ("targets", "labels", "train_labels", "test_labels"):
        return _label(made, effect, 1).but(exact=None)
    return Unknown(f"`.{name}` of a data set", None, "data")

