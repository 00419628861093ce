"""Projects whose losses are functions of arrays: TensorFlow 1's graphs (`tf.nn`), and optax with flax.

The two have the same three cross-entropies, all of logits, and the same plumbing; they differ in how it's written.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from .code import Code, Mark, Namespace, Part, Program, Sharing, Spelling, Suite, assemble, function, klass, loop
from .facts import CLASSES, EXAMPLES, FEATURES, Scale


class Cross(str, enum.Enum):
    """The three cross-entropies."""

    INDICES = "softmax, of class indices"
    ONE_HOT = "softmax, of one-hot labels"
    SIGMOID = "sigmoid, of zeros and ones"


class Head(str, enum.Enum):
    """How the network is written."""

    FUNCTION = "a function, or one method"
    HELPER = "a function behind a function"
    CLASS = "a class"
    KEYWORD = "the last layer's activation, or a Sequential"


class Output(str, enum.Enum):
    """In what the network hands out its output."""

    BARE = "a tensor"
    TUPLE = "a tuple"
    DICTIONARY = "a dict"


class Way(str, enum.Enum):
    """The plumbing between output and loss."""

    DIRECT = "direct"
    VARIABLE = "variable"
    LIST = "in a list"
    HELPER = "a function for the loss"
    CLASS = "a class that holds all"
    PARTIAL = "a partial"
    LOSSES = "a dict of losses"


NAMESPACES = {
    "tensorflow": (
        Namespace("tf", (("import tensorflow.compat.v1 as tf", "tf"), ("import tensorflow as tf", "tf.compat.v1"))),
        Namespace("np", (("import numpy as np", "np"),)),
        Namespace("functools", (("import functools", "functools"),)),
    ),
    "optax": (
        Namespace("nn", (("import flax.linen as nn", "nn"), ("from flax import linen as nn", "nn"))),
        Namespace("optax", (("import optax", "optax"), ("from optax", ""))),
        Namespace("jax", (("import jax", "jax"),)),
        Namespace("jnp", (("import jax.numpy as jnp", "jnp"), ("from jax import numpy as jnp", "jnp"))),
        Namespace("functools", (("import functools", "functools"),)),
    ),
}

FUNCTIONS = {
    "tensorflow": {
        Cross.INDICES: "tf.nn.sparse_softmax_cross_entropy_with_logits",
        Cross.ONE_HOT: "tf.nn.softmax_cross_entropy_with_logits",
        Cross.SIGMOID: "tf.nn.sigmoid_cross_entropy_with_logits",
    },
    "optax": {
        Cross.INDICES: "optax.softmax_cross_entropy_with_integer_labels",
        Cross.ONE_HOT: "optax.softmax_cross_entropy",
        Cross.SIGMOID: "optax.sigmoid_binary_cross_entropy",
    },
}


@dataclass(frozen=True)
class FunctionProject:
    """A project for TensorFlow 1, or for optax and flax."""

    library: str = "tensorflow"
    loss: Cross = Cross.INDICES
    scale: Scale = Scale.LOGITS
    head: Head = Head.FUNCTION
    output: Output = Output.BARE
    way: Way = Way.DIRECT
    one_hot: bool = False
    """Whether the labels are one-hot."""
    swapped: bool = False
    apart: int = 0
    sharing: Sharing = Sharing.NAMES
    spelling: tuple[int, ...] = (0, 0, 0, 0)
    comment: str = ""

    @property
    def framework(self) -> str:
        """Its library."""
        return self.library

    @property
    def family(self) -> str:
        """What it is counted under."""
        return "TensorFlow 1" if self.library == "tensorflow" else "optax"

    @property
    def plumbing(self) -> tuple[str, ...]:
        """What lies between the network and the loss."""
        return (
            f"head {self.head.value}",
            f"output {self.output.value}",
            f"route {self.way.value}",
            f"files {self.apart + 1}",
        )

    @property
    def is_right(self) -> bool:
        """Whether its loss gets what it takes."""
        return (
            self.scale is Scale.LOGITS
            and self.one_hot == (self.loss is Cross.ONE_HOT)
            and not self.swapped
            and not self.comment
        )

    def possible(self) -> bool:
        """Whether the pieces fit each other."""
        return self.head is not Head.KEYWORD or self.output is Output.BARE or self.library == "tensorflow"

    # --------------------------------------------------------------------------------------------------------- how it reads

    @property
    def _is_graph(self) -> bool:
        return self.library == "tensorflow"

    def rendered(self) -> Program:
        """The source texts."""
        network, name = self._graph_network() if self._is_graph else self._flax_network()
        training = self._graph_training() if self._is_graph else self._flax_training()
        parts = [Part("networks", tuple(network), (name,)), Part("train", tuple(training))]
        apart = (frozenset[str](), frozenset({"networks"}))[self.apart]
        return assemble(
            parts, apart, self.sharing, Spelling(NAMESPACES[self.library], self.spelling), comment_on_loss=self.comment
        )

    def _activated(self, x: str) -> str:
        if self.scale is Scale.LOGITS:
            return x
        library = "tf.nn" if self._is_graph else "nn"
        return f"{library}.{self.scale.value}({x}){Mark.ACTIVATION}"

    def _returned(self, value: str) -> str:
        return {
            Output.BARE: f"return {value}",
            Output.TUPLE: f"return {value}, hidden",
            Output.DICTIONARY: f'return {{"scores": {value}, "hidden": hidden}}',
        }[self.output]

    def _taken(self, call: str) -> tuple[list[Code], str]:
        if self.output is Output.TUPLE:
            return [f"scores, _ = {call}"], "scores"
        return [], f'{call}["scores"]' if self.output is Output.DICTIONARY else call

    def _called(self, out: str, y: str, *, mark: bool = True) -> str:
        """The loss of a batch."""
        name = FUNCTIONS[self.library][self.loss]
        first, second = (y, out) if self.swapped else (out, y)
        pair = f"labels={second}, logits={first}" if self._is_graph else f"{first}, {second}"
        mean = f"tf.reduce_mean({name}({pair}))" if self._is_graph else f"{name}({pair}).mean()"
        return mean + (str(Mark.LOSS) if mark else "")

    def _lost(self, out: str, y: str) -> tuple[list[Code], list[Code], str]:
        """Definitions, statements, and the expression of the loss."""
        match self.way:
            case Way.DIRECT:
                return [], [], self._called(out, y)
            case Way.VARIABLE:
                return [], [f"logits = {out}"], self._called("logits", y)
            case Way.LIST:
                return [], [f"found = [{out}]"], self._called("found[0]", y)
            case Way.LOSSES:
                return [], [f'losses = {{"main": {self._called(out, y)}}}'], "sum(losses.values())"
            case Way.HELPER | Way.CLASS:
                body = function("objective(scores, wanted)", f"return {self._called('scores', 'wanted')}")
                return [body], [], f"objective({out}, {y})"
            case Way.PARTIAL:
                body = function("objective(wanted, scores)", f"return {self._called('scores', 'wanted')}")
                return [body], [f"measure = functools.partial(objective, {y})"], f"measure({out})"

    # -------------------------------------------------------------------------------------------------------------- graphs

    @property
    def _units(self) -> int:
        return CLASSES

    def _graph_network(self) -> tuple[list[Code], str]:
        hidden = "hidden = tf.layers.dense(x, 16, activation=tf.nn.relu)"
        last = f"tf.layers.dense(hidden, {self._units})"
        match self.head:
            case Head.FUNCTION:
                return [
                    function("network(x)", hidden, f"scores = {last}", self._returned(self._activated("scores")))
                ], "network"
            case Head.KEYWORD:
                more = "" if self.scale is Scale.LOGITS else f", activation=tf.nn.{self.scale.value}"
                mark = Mark.ACTIVATION if more else ""
                line = f"scores = tf.layers.dense(hidden, {self._units}{more}){mark}"
                return [function("network(x)", hidden, line, self._returned("scores"))], "network"
            case Head.HELPER:
                inner = function("project(hidden, width)",
                                 'weights = tf.get_variable("weights", [16, width])',
                                 f"return {self._activated('tf.matmul(hidden, weights)')}")  # fmt: skip
                outer = function(
                    "network(x)", hidden, f"scores = project(hidden, {self._units})", self._returned("scores")
                )
                return [inner, "", "", outer], "network"
            case Head.CLASS:
                cls = klass("Network", function("__init__(self, width)", "self.width = width"), "",
                            function("__call__(self, x)", hidden, "scores = tf.layers.dense(hidden, self.width)",
                                     self._returned(self._activated("scores"))))  # fmt: skip
                return [cls, "", "", f"network = Network({self._units})"], "network"

    def _graph_training(self) -> list[Code]:
        kind = f"tf.float32, [None, {self._units}]" if self.loss is Cross.SIGMOID else "tf.int32, [None]"
        y = f"tf.one_hot(y, {CLASSES})" if self.one_hot else "y"
        shape = f"({EXAMPLES}, {self._units})" if self.loss is Cross.SIGMOID else str(EXAMPLES)
        bound = 2 if self.loss is Cross.SIGMOID else CLASSES
        inputs: list[Code] = [f"x = tf.placeholder(tf.float32, [None, {FEATURES}])", f"y = tf.placeholder({kind})"]
        fed = f"{{x: np.random.randn({EXAMPLES}, {FEATURES}), y: np.random.randint(0, {bound}, {shape})}}"
        if self.way is Way.CLASS:
            lines, out = self._taken("network(self.x)")
            definitions, more, lost = self._lost(
                out, y.replace("y", "self.y", 1) if y == "y" else f"tf.one_hot(self.y, {CLASSES})"
            )
            step = "self.step = tf.train.GradientDescentOptimizer(0.1).minimize(self.loss)"
            made: list[Code] = [*(f"self.{line}" for line in inputs), *lines, *more, f"self.loss = {lost}", step]
            graph = klass("Graph", function("__init__(self)", *made))
            fed = fed.replace("{x:", "{graph.x:").replace(" y:", " graph.y:")
            steps: list[Code] = [
                "session.run(tf.global_variables_initializer())",
                f"print(session.run([graph.step, graph.loss], {fed}))",
            ]
            session: list[Code] = ["graph = Graph()", Suite("with tf.Session() as session:", steps)]
            return ["tf.disable_eager_execution()", "", "", *definitions, "", "", graph, "", "", *_main(*session)]
        lines, out = self._taken("network(x)")
        definitions, more, lost = self._lost(out, y)
        body: list[Code] = [*inputs, *lines, *more, f"loss = {lost}",
                            "step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)",
                            Suite("with tf.Session() as session:", ["session.run(tf.global_variables_initializer())",
                                  f"print(session.run([step, loss], feed_dict={fed}))"])]  # fmt: skip
        return ["tf.disable_eager_execution()", "", "", *definitions, "", "", *_main(*body)]

    # ---------------------------------------------------------------------------------------------------------------- flax

    def _flax_network(self) -> tuple[list[Code], str]:
        hidden = "hidden = nn.relu(nn.Dense(16)(x))"
        last = f"nn.Dense({self._units})(hidden)"
        compact = ["nn.compact"]
        match self.head:
            case Head.FUNCTION:
                call = function("__call__(self, x)", hidden, self._returned(self._activated(last)), decorators=compact)
                return [klass("Network(nn.Module)", call)], "Network"
            case Head.HELPER:
                inner = function("finish(scores)", f"return {self._activated('scores')}")
                call = function("__call__(self, x)", hidden, self._returned(f"finish({last})"), decorators=compact)
                return [inner, "", "", klass("Network(nn.Module)", call)], "Network"
            case Head.CLASS:
                setup = function("setup(self)", "self.hidden = nn.Dense(16)", f"self.scores = nn.Dense({self._units})")
                call = function("__call__(self, x)", "hidden = nn.relu(self.hidden(x))",
                                self._returned(self._activated("self.scores(hidden)")))  # fmt: skip
                return [klass("Network(nn.Module)", setup, "", call)], "Network"
            case Head.KEYWORD:
                end = "" if self.scale is Scale.LOGITS else f", nn.{self.scale.value}{Mark.ACTIVATION}"
                layers = f"nn.Sequential([nn.Dense(16), nn.relu, nn.Dense({self._units}){end}])"
                call = function("__call__(self, x)", f"return {layers}(x)", decorators=compact)
                return [klass("Network(nn.Module)", call)], "Network"

    def _flax_training(self) -> list[Code]:
        shape = f"({EXAMPLES}, {self._units})" if self.loss is Cross.SIGMOID else f"({EXAMPLES},)"
        bound = 2 if self.loss is Cross.SIGMOID else CLASSES
        y = f"jax.random.randint(key, {shape}, 0, {bound})"
        if self.one_hot:
            y = f"jax.nn.one_hot({y}, {CLASSES})"
        network = "self.network" if self.way is Way.CLASS else "network"
        lines, out = self._taken(f"{network}.apply(parameters, x)")
        definitions, more, lost = self._lost(out, "y")
        step: list[Code] = [
            function("loss_of(parameters)", *lines, *more, f"return {lost}"),
            "value, gradients = jax.value_and_grad(loss_of)(parameters)",
            "updates, state = optimizer.update(gradients, state)",
            "return optax.apply_updates(parameters, updates), state, value",
        ]
        begin: list[Code] = ["key = jax.random.PRNGKey(0)", f"x = jax.random.normal(key, ({EXAMPLES}, {FEATURES}))", f"y = {y}",
                             "network = Network()", "parameters = network.init(key, x)", "optimizer = optax.sgd(0.1)",
                             "state = optimizer.init(parameters)"]  # fmt: skip
        if self.way is Way.CLASS:
            trainer = klass("Trainer", function("__init__(self, network)", "self.network = network"), "",
                            function("step(self, parameters, state, optimizer, x, y)", *step))  # fmt: skip
            run: list[Code] = [
                *begin,
                "trainer = Trainer(network)",
                loop("_ in range(2)", "parameters, state, value = trainer.step(parameters, state, optimizer, x, y)"),
            ]
            return [*definitions, "", "", trainer, "", "", *_main(*run)]
        steps = function("step(network, parameters, state, optimizer, x, y)", *step)
        call = "parameters, state, value = step(network, parameters, state, optimizer, x, y)"
        return [*definitions, "", "", steps, "", "", *_main(*begin, loop("_ in range(2)", call))]


def _main(*body: Code) -> list[Code]:
    return [function("main()", *body), "", "", Suite('if __name__ == "__main__":', ["main()"])]
