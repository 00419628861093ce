"""The words in which a framework's table says what its functions, layers and losses do to a value.

A table maps a canonical name ("torch.nn.functional.softmax") to an `Api`: the signature as the library has it, and an
*effect*. Effects are data; `losslint.evaluation.effects` carries them out.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from losslint.evaluation.values import Scale
from losslint.record import dataclass

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    T = TypeVar("T")

    @dataclass_transform(frozen_default=True)
    def word(cls: type[T], /) -> type[T]:
        """Make a class a word of the vocabulary: a frozen dataclass."""
        ...

else:
    # To the type checker a frozen dataclass; at run time it isn't frozen, nor compared by value:
    # `dataclass(frozen=True, slots=True)` takes 0.7 ms a class, this one 0.2 ms, and every run imports them all.
    word = dataclass(eq=False, slots=True)

REQUIRED = object()
"""The default of a parameter that has none."""


@word
class Parameter:
    """A parameter: its name, its default (`REQUIRED` where there is none), and whether it is keyword-only."""

    name: str
    default: object
    keyword_only: bool = False


@word
class Signature:
    """Parameters in order; `open` where further positional arguments (`*args`) are taken, `extra` for `**kwargs`."""

    parameters: tuple[Parameter, ...]
    open: str | None = None
    extra: str | None = None

    def names(self) -> tuple[str, ...]:
        """The parameters' names, in order."""
        return tuple(p.name for p in self.parameters)

    def get(self, name: str) -> Parameter | None:
        """The parameter of that name."""
        return next((p for p in self.parameters if p.name == name), None)


@cache
def signature(text: str) -> Signature:
    """Read a signature as Python writes it: "input, dim=None, *, dtype=None"."""
    arguments = ast.parse(f"lambda {text}: 0", mode="eval").body
    assert isinstance(arguments, ast.Lambda)
    args = arguments.args
    plain = [*args.posonlyargs, *args.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(args.defaults)) + list(args.defaults)
    parameters = [Parameter(a.arg, _default(d)) for a, d in zip(plain, defaults, strict=True)]
    parameters += [Parameter(a.arg, _default(d), True) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    return Signature(
        tuple(parameters),
        args.vararg.arg if args.vararg else None,
        args.kwarg.arg if args.kwarg else None,
    )


def _default(node: ast.expr | None) -> object:
    return REQUIRED if node is None else ast.literal_eval(node)


# ------------------------------------------------------------------------------------------------------------- effects


@word
class Activate:
    """Gives the input a scale. `axis` names the argument that says over which axis (its default is the signature's).

    `unless` names arguments that change what comes out: where one of them has another value than its default (the slope
    of a leaky ReLU, say), nothing is known of the numbers.
    """

    scale: Scale
    title: str
    axis: str | None = None
    input: str = "input"
    unless: tuple[str, ...] = ()


@word
class Same:
    """Gives the input back as it is, in every fact that losslint follows."""

    input: str = "input"


@word
class Detach:
    """Gives the input back, without the way on which a gradient would come back."""

    input: str = "input"


@word
class Cast:
    """Changes the dtype: to a kind ("float", "int", "bool") or one by name ("float32").

    `argument` names the argument that says it, `like` the one whose dtype it is. `sizes` where whole numbers as input are the
    sizes of a new tensor: `torch.LongTensor(8)`.
    """

    dtype: str | None
    input: str = "input"
    argument: str | None = None
    like: str | None = None
    sizes: bool = False


@word
class Reshape:
    """Keeps the scale and changes the shape, as `operation` names it (see `losslint.evaluation.shapes`).

    The operations: "squeeze" (an axis, or all of size 1), "unsqueeze" (a new axis), "flatten" (from `start_dim` to
    `end_dim`), "reshape" (to the shape given), "permute" (the order of the axes), "transpose" (two axes),
    "transposed" (the reverse order), "resize" (same axes, other spatial sizes), "reduce" (a mean over an axis, or
    over all), "extreme" (the largest or the smallest, likewise), "gather", "select" (some elements), "rearrange"
    (padded, shuffled: the type stays, and nothing else is known), "parts" (several tensors, of some examples each),
    "combine" (with another tensor: nothing is known) and "unknown". Keras' layers never touch the batch axis and
    count without it: "flatten-batch" (all axes but the first), "reshape-batch" (`target_shape` follows the batch),
    "permute-batch" (axes from 1 on), and "global-pool" (the axes between the first and the last go). "average-pool"
    is "resize" by averages. `axis` names the argument that says which axis, where it isn't called `dim` or `axis`.
    """

    operation: str
    input: str = "input"
    axis: str | None = None


@word
class Affine:
    """A layer with weights: any real number comes out. `units` names the argument that gives the size of axis `axis`.

    `rank` is the rank of what comes out, where the layer says it; `activation` names the argument with an activation (a
    string, a function, a layer or None), `default_activation` the one that is applied where it isn't given.
    `data_format` names the argument that puts the units on axis 1 where it is "channels_first" (or "NCHW").
    """

    units: str | None = None
    axis: int | None = None
    rank: int | None = None
    keeps_rank: bool = True
    activation: str | None = None
    input: str = "input"
    default_activation: str | None = None
    outputs: str = "tensor"
    data_format: str | None = None


@word
class Gives:
    """A layer or function out of which numbers of a scale come, by whatever means: there's no activation to take away.

    `units` names the argument that gives the size of axis `axis`; `rank` is the rank of what comes out, where the layer
    says it. `title` is what people call it.
    """

    scale: Scale
    title: str
    units: str | None = None
    axis: int | None = None
    rank: int | None = None
    input: str = "input"


@word
class Weights:
    """A parameter of a model: numbers that training changes.

    `data` names the argument with its first value, `shape` the one with its shape, `trained` the one that says whether
    it is trained at all.
    """

    data: str | None = None
    shape: str | None = None
    trained: str | None = None


@word
class Product:
    """A product of matrices, or a convolution: of a value with weights it gives logits, as a layer does.

    `transposed` names the flag that transposes the right operand. `axis` and `rank` are those of a convolution's
    channels and output, whose `right` are always weights.
    """

    left: str
    right: str
    transposed: str | None = None
    axis: int = -1
    rank: int | None = None
    data_format: str | None = None


@word
class Arithmetic:
    """A function for an operator: "add", "sub", "mul", "div" or "pow" of two arguments."""

    operator: str
    left: str
    right: str


@word
class Opaque:
    """A layer or function whose numbers nothing is known of, but that a model has (attention, recurrent, norms).

    `outputs` is "tensor", "embedding" (one axis more at the end), "recurrent" (a pair: the sequence, the state),
    "keras-recurrent" (the last state, of rank `rank`; the sequence, one axis more, where the argument
    `return_sequences` is true; a list of the output and the states where `return_state` is true) or "unknown" (perhaps
    a tuple).
    """

    input: str = "input"
    rank: int | None = None
    outputs: str = "tensor"


@word
class ActivationLayer:
    """Keras' Activation: the argument `activation` says what it does."""

    activation: str = "activation"
    input: str = "inputs"


@word
class Sum:
    """A sum over an axis, or over all. `axis` names the argument that says which."""

    input: str = "input"
    axis: str = "dim"


@word
class Negative:
    """A function that changes the sign."""

    input: str = "input"


@word
class Logarithm:
    """log: of probabilities it gives log-probabilities. `base` is "e", "2", "10" or "1p".

    `gradient` is False where none goes through it (NumPy).
    """

    input: str = "input"
    base: str = "e"
    gradient: bool = True


@word
class Exponential:
    """exp: of log-probabilities it gives probabilities."""

    input: str = "input"


@word
class Clamp:
    """Bounds below and above: keeps probabilities; of other numbers it makes values between the bounds."""

    low: str = "min"
    high: str = "max"
    input: str = "input"


@word
class Hard:
    """A decision without gradient: argmax, round, threshold. `indices` where class indices come out, `truth` where truth does."""

    indices: bool = False
    input: str = "input"
    axis: str | None = None
    truth: bool = False


@word
class MaxAlong:
    """torch.max: with `dim` a pair (values, indices), without it a value."""

    input: str = "input"
    axis: str = "dim"


@word
class Makes:
    """Makes a tensor of its own. `dtype` where fixed (a kind, or one by name); `dtype_argument` may change it.

    `fill` names an argument whose constant decides the dtype; `like` one whose shape (and dtype) it shares.
    `shape` names the argument that holds the shape; `batch` says that the batch's axis comes before it (Keras' Input).
    `zeros` says that it's full of them, `counting` that they are 0, 1, 2, …; `choices` names an argument with the integers to
    choose from. `fed` says that its numbers come later, by a feed_dict, `blank` that they do, by being set (zeros are, too).
    """

    scale: Scale = Scale.UNKNOWN
    dtype: str | None = None
    role: str | None = None
    dtype_argument: str | None = "dtype"
    fill: str | None = None
    like: str | None = None
    rank: int | None = None
    shape: str | None = None
    batch: bool = False
    zeros: bool = False
    counting: bool = False
    choices: str | None = None
    fed: bool = False
    blank: bool = False


@word
class FromData:
    """torch.tensor, np.array: the dtype follows from the data where they are written out; else unknown.

    `floats` is what Python's floats become.
    """

    data: str = "data"
    dtype_argument: str | None = "dtype"
    floats: str | None = None


@word
class OneHot:
    """One-hot labels out of class indices.

    `dtype` is that of what comes out, `units` names the argument with the number of classes. `drops_column` where a last
    axis of size 1 is dropped first, as Keras does.
    """

    dtype: str | None
    input: str
    dtype_argument: str | None = None
    units: str | None = None
    drops_column: bool = False


@word
class Join:
    """cat, stack: the facts that all elements share. `elementwise` where they are averaged: the shape stays.

    `rows` where what has one axis becomes a row.
    """

    input: str = "tensors"
    axis: str = "dim"
    new_axis: bool = False
    elementwise: bool = False
    rows: bool = False


@word
class Pick:
    """where, masked: one of several values: the facts they share."""

    inputs: tuple[str, ...] = ("input", "other")


@word
class Wrap:
    """Gives back the argument itself: DataParallel, compile, Variable."""

    input: str


@word
class Chain:
    """A container of layers. `kind` is "sequential", "list" or "dict".

    "keras-sequential" takes a list of layers (`layers`) and grows by `.add(layer)`; "keras-model" is the functional
    model from `inputs` to `outputs`, and the base of the project's own models; "keras-loaded" is one out of a file. flax'
    "sequential" takes a list too.
    """

    kind: str


@word
class LabelledData:
    """Gives inputs and their labels, which are class indices of rank `rank` and type `dtype`.

    `form` is "train-and-test" for ((inputs, labels), (inputs, labels)), "pair", or "bunch" for an object with `data` and
    `target` that is a pair where `return_X_y` is true. `classes` is how many classes there are, or the argument that says
    it. Of the inputs `inputs` is known: their rank. `unless` names arguments that change the labels.
    """

    rank: int | None = None
    form: str = "train-and-test"
    classes: int | str | None = None
    dtype: str = "int"
    inputs: int | None = None
    unless: tuple[str, ...] = ()


@word
class DataSet:
    """An object that gives samples, or batches of them; `kind` says how.

    "labelled": pairs of an input and the index of its class, one of `classes`; nothing is known where one of `unless` isn't
    its default. "tensors": the rows of the arguments. "part": those of the data set `data`. "together": those of the data
    sets in the list `data`. "loader": batches of the data set `data`. "given": as the call that made it says.
    """

    kind: str
    data: str = "dataset"
    classes: int | None = None
    unless: tuple[str, ...] = ()


@word
class Parts:
    """Several data sets out of one, or arrays out of arrays: `random_split`, `train_test_split`.

    `data` names the argument with the data set (what comes out is a list of its like); without it each positional argument
    is given `times` times, with other rows.
    """

    data: str | None = None
    times: int = 1


@word
class Slices:
    """A data set of the rows of `data` (`from_tensor_slices`), or of `data` itself where `whole`; `zip` where of several."""

    data: str
    whole: bool = False
    zip: bool = False


@word
class Labelling:
    """How labels are written: their scale, their type, their rank with the batch's axis, the size of the last axis."""

    scale: Scale
    dtype: str
    rank: int
    last: int | None = None
    n_classes: int | None = None


@word
class Batches:
    """A data set of batches (inputs, labels), whose labels are as the argument `mode` says, one of `labellings`.

    `classes` names the argument with the list of classes, `labels` one without which there are no labels. `split` names the
    argument that asks for two data sets, with "both".
    """

    mode: str
    labellings: tuple[tuple[str, Labelling], ...]
    classes: str | None = None
    labels: str | None = None
    split: str | None = None


@word
class Catalogue:
    """TensorFlow's data sets by name: `classes` says of how many classes the labels are, of those that have one label.

    Pairs come where `supervised` is true, else dicts; one data set where `split` is one split; a pair with `info`.
    """

    classes: tuple[tuple[str, int], ...]
    name: str = "name"
    supervised: str = "as_supervised"
    split: str = "split"
    batch: str = "batch_size"
    info: str = "with_info"


@word
class Flow:
    """A data set of batches of `inputs` and `labels`, as they are (Keras' `ImageDataGenerator.flow`)."""

    inputs: str = "x"
    labels: str = "y"


@word
class Splits:
    """Data sets `train`, `validation` and `test`, each with `images`, `labels`, and a method `next_batch` that gives both.

    `one_hot` names the argument that says how labels are written, of `classes` classes; nothing is known where one of `unless`
    isn't its default. `reshape` names the argument that makes rows of the images.
    """

    classes: int
    one_hot: str = "one_hot"
    reshape: str = "reshape"
    unless: tuple[str, ...] = ()


@word
class Encode:
    """Makes labels out of names or numbers: as `to` says, or "column" where that is only so for a single column of them.

    `dtype` is their type, `rank` their rank, `dtype_argument` the argument that may change the type. `classes` names the
    argument with the list of classes. `binary` says that two classes make a single column of zeros and ones. `unless` names
    arguments that change what comes out.
    """

    to: Scale
    dtype: str | None
    input: str = "y"
    rank: int | None = None
    dtype_argument: str | None = None
    classes: str | None = None
    binary: bool = False
    column: bool = False
    first: bool = False
    unless: tuple[str, ...] = ()


@word
class Columns:
    """Gives a table: "frame" is pandas' data frame, "series" one of its columns, "flat" an array of one or two axes."""

    kind: str


@word
class Fit:
    """Gives back the object itself: scikit-learn's `fit`."""


@word
class Scatter:
    """Writes numbers at the places that an index says: ones in each row of zeros are one-hot labels."""

    input: str = "input"
    axis: str = "dim"
    index: str = "index"
    values: tuple[str, ...] = ("src", "value")


@word
class Trainer:
    """Something that runs a module's own training methods: `fit` with a model."""


@word
class Model:
    """A library's model. `outputs` tells what a call gives.

    "logits" is a tensor, "logits-field" an object whose `.logits` it is, "out" a dict that has it as "out", and
    "unknown" what may be a tuple. `unless` names arguments with which it is something else: nothing is known where one
    is given.

    `activation` names an argument that puts an activation at its end, `default_activation` what it is by default.
    `units` names the argument with the number of classes, the size of axis `axis`; `rank` is the output's.
    `conditional` names a flag without which the model ends before its classifier: features of unknown scale come out.
    `last` is the index of the last layer of its classifier, where that is a chain: `model.classifier[6] = …` sets it.
    """

    outputs: str = "logits"
    units: str | None = None
    axis: int = -1
    rank: int | None = 2
    activation: str | None = None
    default_activation: str | None = None
    conditional: str | None = None
    unless: tuple[str, ...] = ()
    last: int | None = None


@word
class Learner:
    """A trainer, or a function that makes one: it gives a loss what a model gives.

    `model` and `loss` name the arguments. `unless` names those that change what comes out of the model on the way, and
    `except_for` the losses for which the library does something of its own. `estimator` says that it's one of
    scikit-learn's, too.
    """

    model: str
    loss: str
    unless: tuple[str, ...] = ()
    except_for: tuple[str, ...] = ()
    estimator: bool = False


@word
class Estimator:
    """A classifier in scikit-learn's ways: `predict` decides, and `predict_proba` gives probabilities.

    `probabilities` says that it has the latter, whatever its arguments are. `around` names the argument with the classifier
    that it stands for (a search) or ends in (a pipeline): then it has what that one has.
    """

    probabilities: bool = True
    around: str | None = None


@word
class CrossPrediction:
    """Predictions of an estimator on data that it wasn't fitted to, by the method of that name."""

    estimator: str
    method: str


@word
class Scorer:
    """Makes a score of a loss: `function` names the argument with it, `method` the one with the method that it calls.

    Before scikit-learn 1.6 `needs_proba=True` said "predict_proba", and `needs_threshold=True` "decision_function".
    """

    function: str
    method: str


@word
class Metric:
    """A metric that thresholds what it gets as probabilities.

    `threshold` names the argument with the threshold, `logits` the one that says that logits come.
    """

    title: str
    threshold: str | None = None
    logits: str | None = None


@word
class Switch:
    """Where `argument` is `value`, a loss's contract changes: each field that is given replaces the loss's own."""

    argument: str
    value: object
    takes: str | None = None
    family: str | None = None
    labels: str | None = None
    applies: str | None = None


TAKES = ("logits", "log-probabilities", "probabilities", "any")
FAMILIES = ("softmax", "sigmoid", "margin", "divergence", "overlap", "regression", "score")
"""The families of losses; "overlap" is Dice, Jaccard, Tversky, and a "score" is measured, not trained with."""
LABELS = (
    "indices", "one-hot", "indices-or-probabilities", "probabilities", "log-probabilities", "binary", "same", "signs",
    "padded-indices",
)  # fmt: skip
"""What a loss's labels are; "binary" are 0 and 1, "signs" -1 and 1, "padded-indices" each row's classes and then -1."""
APPLIES = ("softmax", "log_softmax", "sigmoid")
SHAPES = ("equal", "broadcast")


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss's contract.

    `takes` is one of `TAKES`, `family` one of `FAMILIES`. `logits` names the argument that says whether it
    takes logits (instead of `takes`), `axis` the one that moves `class_axis`. `switches` are applied first, in order;
    one on an argument of unknown value leaves the contract unknown.
    `input` and `target` name the arguments, `weights` those that weigh the classes. `labels` is one of `LABELS`. `applies` is
    what it does itself, one of `APPLIES`. `class_axis` is the axis of the classes.
    `checks_dtype` says that integer or boolean labels raise. `shapes` is one of `SHAPES`, what happens where the target
    hasn't the input's shape: "equal" (it raises) or "broadcast" (it computes with every pair). `title` is what people call it.
    """

    title: str
    takes: str
    family: str
    labels: str
    framework: str
    applies: str | None = None
    input: str = "input"
    target: str = "target"
    class_axis: int | None = 1
    logits: str | None = None
    checks_dtype: bool = False
    axis: str | None = None
    switches: tuple[Switch, ...] = ()
    shapes: str | None = None
    weights: tuple[str, ...] = ()


Effect: TypeAlias = (
    Activate | Same | Detach | Cast | Reshape | Affine | Weights | Product | Arithmetic | Negative | Sum | Gives | Opaque
    | ActivationLayer | Logarithm | Exponential | Clamp | Hard | MaxAlong | Makes | FromData | OneHot | Join | Pick | Wrap
    | Chain | LabelledData | DataSet | Parts | Slices | Batches | Catalogue | Flow | Splits | Encode | Columns | Fit
    | Scatter | Trainer | Model | Metric | Loss | Learner | Estimator | CrossPrediction | Scorer
)  # fmt: skip


@word
class Api:
    """A function (`call` is None) or a class whose objects are called.

    `text` is the signature of the function or the constructor; `call` that of calling the object. `renamed` lists other
    names of parameters, of older versions mostly, each with the name in the signature: (("dim", "axis"),).
    """

    text: str
    effect: Effect
    call: str | None = None
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def signature(self) -> Signature:
        """The function's, or the constructor's."""
        return signature(self.text)

    @property
    def call_signature(self) -> Signature:
        """That of calling the object; empty for a function."""
        return signature(self.call or "")


Table: TypeAlias = Mapping[str, Api]
