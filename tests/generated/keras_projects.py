"""Whole projects in Keras 3 and tf.keras: a specification, and how it renders itself."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from .code import Code, Mark, Namespace, Part, Program, Sharing, Spelling, Suite, assemble, function, klass, loop
from .facts import CLASSES, EXAMPLES, FEATURES, Scale, Task


class KerasLoss(str, enum.Enum):
    """The three cross-entropies."""

    SPARSE = "sparse"
    CATEGORICAL = "categorical"
    BINARY = "binary"


LOSS_NAMES: dict[KerasLoss, tuple[str, str]] = {
    KerasLoss.SPARSE: ("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"),
    KerasLoss.CATEGORICAL: ("CategoricalCrossentropy", "categorical_crossentropy"),
    KerasLoss.BINARY: ("BinaryCrossentropy", "binary_crossentropy"),
}

TASK: dict[KerasLoss, tuple[Task, ...]] = {
    KerasLoss.SPARSE: (Task.CLASSES,),
    KerasLoss.CATEGORICAL: (Task.SOFT,),
    KerasLoss.BINARY: (Task.BINARY, Task.TAGS),
}

NAMESPACES = (
    Namespace(
        "keras",
        (("from tensorflow import keras", "keras"), ("import keras", "keras"), ("import tensorflow as tf", "tf.keras")),
    ),
    Namespace("tf", (("import tensorflow as tf", "tf"),)),
    Namespace("np", (("import numpy as np", "np"),)),
    Namespace("functools", (("import functools", "functools"),)),
)


class Spelled(str, enum.Enum):
    """How the output's activation is written."""

    STRING = 'Dense(5, activation="softmax")'
    FUNCTION = "Dense(5, activation=keras.activations.softmax)"
    TF_FUNCTION = "Dense(5, activation=tf.nn.softmax)"
    LAYER = 'Activation("softmax")'
    OWN_LAYER = "Softmax()"
    CALLED = "keras.activations.softmax(x)"


class LossSpelled(str, enum.Enum):
    """How the loss is given."""

    CLASS = "an object"
    STRING = "its name"
    FUNCTION = "the library's function"
    VARIABLE = "an object in a variable"
    FACTORY = "an object that a function makes"
    OWN_FUNCTION = "a function of the program's own"
    PARTIAL = "a partial of the library's function"
    LIST = "a list with an object"
    DICTIONARY = "an entry of a dict"
    CONSTANT = "a module's constant"


class Head(str, enum.Enum):
    """How the model is made."""

    SEQUENTIAL = "a Sequential of layers"
    ADDED = "a Sequential that grows"
    FUNCTIONAL = "inputs and outputs"
    SUBCLASS = "a subclass"
    BLOCKS = "a function for each block"


class Fit(str, enum.Enum):
    """How it's trained."""

    COMPILE = "compile and fit"
    TAPE = "a tape"
    METHOD = "a class with methods"
    PARAMETERS = "functions with the model as a parameter"


class LabelMade(str, enum.Enum):
    """How labels are made."""

    INDICES = "np.random.randint"
    CATEGORICAL = "keras.utils.to_categorical"
    EYE = "rows of np.eye"
    FLOATS = "zeros and ones as floats"


@dataclass(frozen=True)
class KerasProject:
    """A project for Keras."""

    task: Task = Task.CLASSES
    loss: KerasLoss = KerasLoss.SPARSE
    from_logits: bool = False
    scale: Scale = Scale.SOFTMAX
    spelled: Spelled = Spelled.STRING
    head: Head = Head.SEQUENTIAL
    loss_spelled: LossSpelled = LossSpelled.CLASS
    fit: Fit = Fit.COMPILE
    labels: LabelMade = LabelMade.INDICES
    units: int = CLASSES
    label_classes: int = CLASSES
    metric: str = ""
    swapped: bool = False
    in_constructor: bool = False
    settings: str = ""
    apart: int = 0
    sharing: Sharing = Sharing.NAMES
    spelling: tuple[int, ...] = (0,)
    comment: str = ""

    framework = "keras"

    @property
    def family(self) -> str:
        """What it is counted under."""
        return "keras 3" if self.spelling[0] % 3 == 1 else "tf.keras"

    @property
    def plumbing(self) -> tuple[str, ...]:
        """What lies between the network and the loss."""
        return (f"head {self.head.value}", f"activation {self.spelled.value}", f"loss {self.loss_spelled.value}",
                f"shell {self.fit.value}", f"labels {self.labels.value}", f"files {self.apart + 1}")  # fmt: skip

    @property
    def is_right(self) -> bool:
        """Whether its loss gets what it takes."""
        probabilities = Scale.SIGMOID if self.loss is KerasLoss.BINARY else Scale.SOFTMAX
        one_hot = self.labels in (LabelMade.CATEGORICAL, LabelMade.EYE)
        encoded = {KerasLoss.SPARSE: self.labels is LabelMade.INDICES, KerasLoss.CATEGORICAL: one_hot,
                   KerasLoss.BINARY: self.labels is LabelMade.FLOATS}[self.loss]  # fmt: skip
        return (
            self.scale is (Scale.LOGITS if self.from_logits else probabilities)
            and self.task in TASK[self.loss]
            and encoded
            and self.units == (1 if self.task is Task.BINARY else self.label_classes)
            and not (self.swapped or self.in_constructor or self.comment)
            and not (self.from_logits and self.metric == '"accuracy"' and self.loss is KerasLoss.BINARY)
            and not (not self.from_logits and self.metric == _AT_ZERO)
        )

    def possible(self) -> bool:
        """Whether the pieces fit each other."""
        called = self.fit is Fit.TAPE
        return all([
            not (self.swapped or self.in_constructor) or (
                called and self.loss_spelled in (LossSpelled.CLASS, LossSpelled.VARIABLE)
            ),
            not self.in_constructor or self.loss_spelled is LossSpelled.CLASS,
            not called or self.loss_spelled not in (LossSpelled.STRING, LossSpelled.LIST, LossSpelled.DICTIONARY),
            not called or (self.metric == "" and self.apart < 2),
            not (self.from_logits or self.settings) or self.loss_spelled is not LossSpelled.STRING,
            not (self.from_logits or self.settings) or self.loss_spelled is not LossSpelled.FUNCTION or called,
            self.spelled is not Spelled.OWN_LAYER or self.scale in (Scale.SOFTMAX, Scale.RELU, Scale.LOGITS),
            self.loss_spelled is not LossSpelled.DICTIONARY or self.head in (Head.FUNCTIONAL, Head.BLOCKS),
            self.spelled is not Spelled.CALLED or self.head in (Head.SUBCLASS, Head.FUNCTIONAL, Head.BLOCKS),
            # A function that is an attribute of a class would be its method.
            self.settings == "" or self.loss is not KerasLoss.SPARSE,
        ])  # fmt: skip

    # --------------------------------------------------------------------------------------------------------- how it reads

    def rendered(self) -> Program:
        """The source texts."""
        definitions, names = self._objective
        parts = [
            Part("networks", tuple(self._network), ("make_model",)),
            Part("objectives", tuple(definitions), tuple(names)),
            Part("train", tuple(self._training)),
        ]
        apart = (frozenset[str](), frozenset({"networks"}), frozenset({"networks", "objectives"}))[self.apart]
        return assemble(parts, apart, self.sharing, Spelling(NAMESPACES, self.spelling), comment_on_loss=self.comment)

    @property
    def _dense(self) -> str:
        """The last layer."""
        name = self.scale.value
        activation = {
            Spelled.STRING: f', activation="{name}"',
            Spelled.FUNCTION: f", activation=keras.activations.{name}",
            Spelled.TF_FUNCTION: f", activation=tf.nn.{name}",
        }.get(self.spelled, "")
        if self.scale is Scale.LOGITS:
            activation = ""
        mark = Mark.ACTIVATION if activation else ""
        return f"keras.layers.Dense({self.units}{activation}{self._name if self.last else ''}){mark}"

    @property
    def _name(self) -> str:
        """The output's name, where the loss asks for it."""
        return ', name="scores"' if self.loss_spelled is LossSpelled.DICTIONARY else ""

    @property
    def last(self) -> bool:
        """Whether the last layer is the output: no layer follows with the activation."""
        return not self._after

    @property
    def _after(self) -> str:
        """A layer behind the last one."""
        if self.scale is Scale.LOGITS:
            return ""
        if self.spelled is Spelled.LAYER:
            return f'keras.layers.Activation("{self.scale.value}"{self._name}){Mark.ACTIVATION}'
        if self.spelled is Spelled.OWN_LAYER:
            layer = {Scale.SOFTMAX: "Softmax", Scale.RELU: "ReLU"}[self.scale]
            return f"keras.layers.{layer}({self._name.removeprefix(', ')}){Mark.ACTIVATION}"
        return ""

    def _finished(self, x: str) -> str:
        """An activation that is called on the output."""
        if self.spelled is Spelled.CALLED and self.scale is not Scale.LOGITS:
            return f"keras.activations.{self.scale.value}({x}){Mark.ACTIVATION}"
        return x

    @property
    def _network(self) -> list[Code]:
        layers = [f"keras.Input(({FEATURES},))", 'keras.layers.Dense(16, activation="relu")', self._dense, self._after]
        inner = [layer for layer in layers[1:] if layer]
        match self.head:
            case Head.SEQUENTIAL:
                listed = "\n".join(f"    {layer}," for layer in layers if layer)
                return [function("make_model()", f"return keras.Sequential([\n{listed}\n])")]
            case Head.ADDED:
                adds: list[Code] = [f"model.add({layer})" for layer in layers if layer]
                return [function("make_model()", "model = keras.Sequential()", *adds, "return model")]
            case Head.FUNCTIONAL:
                calls: list[Code] = [f"x = {layer}(x)" for layer in inner[1:]]
                finished = self._finished("x")
                return [function("make_model()", f"inputs = {layers[0]}", f"x = {inner[0]}(inputs)", *calls,
                                 f"outputs = {finished}", "return keras.Model(inputs, outputs)")]  # fmt: skip
            case Head.BLOCKS:
                block = function("block(x, width)", 'return keras.layers.Dense(width, activation="relu")(x)')
                rest: list[Code] = [f"x = {layer}(x)" for layer in inner[1:]]
                head = function("classify(x)", *rest, f"return {self._finished('x')}")
                make = function("make_model()", f"inputs = {layers[0]}", "outputs = classify(block(inputs, 16))",
                                "return keras.Model(inputs=inputs, outputs=outputs)")  # fmt: skip
                return [block, "", "", head, "", "", make]
            case Head.SUBCLASS:
                made: list[Code] = [f"self.hidden = {inner[0]}", f"self.scorer = {inner[1]}"]
                call = "self.scorer(self.hidden(inputs))"
                if len(inner) > 2:
                    made.append(f"self.end = {inner[2]}")
                    call = f"self.end({call}){Mark.CALLED}"
                cls = klass("Classifier(keras.Model)", function("__init__(self)", "super().__init__()", *made), "",
                            function("call(self, inputs)", f"return {self._finished(call)}"))  # fmt: skip
                return [cls, "", "", function("make_model()", "return Classifier()")]

    @property
    def _arguments(self) -> str:
        """What the loss is told."""
        return ", ".join(filter(None, ["from_logits=True" if self.from_logits else "", self.settings]))

    @property
    def _made(self) -> str:
        """The loss object."""
        return f"keras.losses.{LOSS_NAMES[self.loss][0]}({self._arguments})"

    @property
    def _objective(self) -> tuple[list[Code], list[str]]:
        name = LOSS_NAMES[self.loss][1]
        match self.loss_spelled:
            case LossSpelled.FACTORY:
                return [function("make_loss()", f"return {self._made}{Mark.MADE}")], ["make_loss"]
            case LossSpelled.CONSTANT:
                return [f"OBJECTIVE = {self._made}{Mark.MADE}"], ["OBJECTIVE"]
            case LossSpelled.OWN_FUNCTION:
                more = self._arguments
                call = f"keras.losses.{name}(y_true, y_pred{', ' if more else ''}{more})"
                return [function("objective(y_true, y_pred)", f"return {call}{Mark.WITHIN}")], ["objective"]
        return [], []

    @property
    def _given(self) -> tuple[list[Code], str]:
        """Statements, and the expression that compile gets."""
        name = LOSS_NAMES[self.loss][1]
        more = self._arguments
        return {
            LossSpelled.CLASS: ([], self._made),
            LossSpelled.STRING: ([], f'"{name}"'),
            LossSpelled.FUNCTION: ([], f"keras.losses.{name}"),
            LossSpelled.VARIABLE: ([f"objective = {self._made}{Mark.MADE}"], "objective"),
            LossSpelled.FACTORY: ([], "make_loss()"),
            LossSpelled.OWN_FUNCTION: ([], "objective"),
            LossSpelled.PARTIAL: (
                [],
                f"functools.partial(keras.losses.{name}, {more})" if more else f"keras.losses.{name}",
            ),
            LossSpelled.LIST: ([], f"[{self._made}]"),
            LossSpelled.DICTIONARY: ([], f'{{"scores": {self._made}}}'),
            LossSpelled.CONSTANT: ([], "OBJECTIVE"),
        }[self.loss_spelled]  # type: ignore[return-value]

    @property
    def _data(self) -> list[Code]:
        """Examples and labels, `x` and `y`."""
        indices = f"np.random.randint(0, {self.label_classes}, {EXAMPLES})"
        y = {
            LabelMade.INDICES: indices,
            LabelMade.CATEGORICAL: f"keras.utils.to_categorical({indices}, {self.label_classes})",
            LabelMade.EYE: f"np.eye({self.label_classes})[{indices}]",
            LabelMade.FLOATS: f'np.random.randint(0, 2, ({EXAMPLES}, {self.units})).astype("float32")',
        }[self.labels]
        return [f'x = np.random.randn({EXAMPLES}, {FEATURES}).astype("float32")', f"y = {y}{Mark.LABELS}"]

    def _compile(self, model: str) -> list[Code]:
        lines, given = self._given
        metrics = f", metrics=[{self.metric}]{Mark.METRIC}" if self.metric else ""
        return [*lines, f'{model}.compile(optimizer="sgd", loss={given}{metrics}){Mark.LOSS}']

    @property
    def _training(self) -> list[Code]:
        match self.fit:
            case Fit.COMPILE:
                body = [
                    *self._data,
                    "model = make_model()",
                    *self._compile("model"),
                    "model.fit(x, y, epochs=1, verbose=0)",
                ]
                return _main(*body)
            case Fit.METHOD:
                experiment = klass(
                    "Experiment",
                    function("__init__(self)", "self.model = make_model()"),
                    "",
                    function(
                        "run(self, x, y)", *self._compile("self.model"), "self.model.fit(x, y, epochs=1, verbose=0)"
                    ),
                )
                return [experiment, "", "", *_main(*self._data, "Experiment().run(x, y)")]
            case Fit.PARAMETERS:
                prepare = function("prepare(model)", *self._compile("model"), "return model")
                train = function("train(model, x, y)", "prepare(model)", "return model.fit(x, y, verbose=0)")
                return [prepare, "", "", train, "", "", *_main(*self._data, "train(make_model(), x, y)")]
            case Fit.TAPE:
                lines, given = self._given
                pair = "model(batch), labels" if self.swapped else "labels, model(batch)"
                call = f"{given}({pair})"
                if self.loss_spelled is LossSpelled.FUNCTION:
                    call = (
                        f"keras.losses.{LOSS_NAMES[self.loss][1]}({', '.join(filter(None, [pair, self._arguments]))})"
                    )
                if self.in_constructor:
                    call = f"keras.losses.{LOSS_NAMES[self.loss][0]}({pair})"
                data = "tf.data.Dataset.from_tensor_slices((x, y)).batch(4)"
                mark = "" if self.loss_spelled is LossSpelled.OWN_FUNCTION else Mark.LOSS
                tape = Suite("with tf.GradientTape() as tape:", [f"loss = tf.reduce_mean({call}){mark}"])
                step: list[Code] = [tape, "gradients = tape.gradient(loss, model.trainable_variables)",
                                    "optimizer.apply_gradients(zip(gradients, model.trainable_variables))"]  # fmt: skip
                return _main(*self._data, "model = make_model()", *lines, "optimizer = keras.optimizers.SGD()",
                             loop(f"batch, labels in {data}", *step))  # fmt: skip


_AT_ZERO = "keras.metrics.BinaryAccuracy(threshold=0.0)"


def _main(*body: Code) -> list[Code]:
    return [function("main()", *body), "", "", Suite('if __name__ == "__main__":', ["main()"])]
