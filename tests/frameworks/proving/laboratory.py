"""What a proof is handed: programs to run, data for them, and the ways to judge what they did.

Each judgement asserts something, notes the numbers for the table, and marks the line as spoken of. What nobody judged is
judged at the end: in a good program, and on the mended lines of a fixed one, every loss must be the reference's; a line of
a bad program that expects a finding must have been judged.
"""

from __future__ import annotations

import importlib
import math
import os
import re
import tempfile
import time
import traceback
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from losslint.rule import all_rules
from proving import reference
from proving.events import Activation, Call, Event, Made
from proving.on_torch import number
from proving.outcome import Claim, Measure, Number, Outcome
from proving.programs import Text, module_of, text_of, traced
from proving.proof import Proof
from proving.reference import Array

TOLERANCE = 1e-5
"""How near the frameworks, which compute in float32, come to the reference in float64."""

Drive: TypeAlias = Callable[[Any], object]
"""What runs a program: it is handed its module."""


class ProofError(AssertionError):
    """What a proof says isn't so."""


def require(condition: object, message: str) -> None:
    """Assert, in words."""
    if not condition:
        raise ProofError(message)


def about(value: float, tolerance: float) -> Number:
    """A measured number that a text may round, or that differs a little from one machine to the next."""
    return Number(float(value), tolerance)


@dataclass
class Line:
    """A line of a program that expects a finding, and what happened at it."""

    number: int
    code: str
    events: list[Event]

    @property
    def call(self) -> Any:
        """The loss that is called there, the first time."""
        return next(event for event in self.events if isinstance(event, Call))

    @property
    def made(self) -> Made:
        """The loss that is made there."""
        return next(event for event in self.events if isinstance(event, Made))

    @property
    def activation(self) -> Activation:
        """The activation that is applied there."""
        return next(event for event in self.events if isinstance(event, Activation))


@dataclass
class Run:
    """A program that was run: what it did, line by line."""

    text: Text
    module: types.ModuleType
    events: list[Event] = field(default_factory=list)
    outputs: list[Array] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    backward_errors: list[Exception] = field(default_factory=list)
    executed: set[int] = field(default_factory=set)
    spoken_of: set[int] = field(default_factory=set)
    result: object = None

    @property
    def calls(self) -> list[Call]:
        """The losses that were called."""
        return [event for event in self.events if isinstance(event, Call)]

    def at(self, code: str) -> list[Line]:
        """The lines that expect a finding of this code."""
        return [
            Line(number, expected, [event for event in self.events if number in event.lines])
            for number, expected in self.text.expected
            if expected == code
        ]

    def is_left(self, line: int) -> bool:
        """Whether a line wasn't mended: it still has a finding that says it's wrong, or all that it expects."""
        codes = [code for number, code in self.text.expected if number == line]
        left = [code for code in codes if (line, code) in self.text.left]
        return any(code not in _NEEDLESS for code in left) or (bool(codes) and left == codes)


_NEEDLESS = frozenset(rule.code for rule in all_rules() if rule.severity == "info")
"""Rules on what is right as it stands."""


class Lab:
    """What a proof is handed."""

    def __init__(self, proof: Proof, environment: str) -> None:
        self.proof = proof
        self.environment = environment
        self.outcome = Outcome()
        self.runs: list[Run] = []
        self._random = np.random.default_rng(0)
        self._unrun: dict[str, str] = {}
        self._counterparts: dict[int, Call] = {}

    # ------------------------------------------------------------------------------------------------- data

    def floats(self, *shape: int) -> Any:
        """Normally distributed numbers, as a tensor of PyTorch's."""
        import torch

        return torch.from_numpy(self._random.standard_normal(shape).astype(np.float32))

    def classes(self, count: int, *shape: int) -> Any:
        """Class indices, each class among them where there's room, as a tensor of PyTorch's."""
        import torch

        size = math.prod(shape)
        return torch.from_numpy(self._random.permutation(np.arange(size) % count).reshape(shape))

    def binary(self, *shape: int) -> Any:
        """Zeros and ones as floats, as a tensor of PyTorch's."""
        return self.classes(2, *shape).float()

    def loader(self, *batch: Any) -> Any:
        """A data loader of one batch."""
        return Loader([batch if len(batch) != 1 else batch[0]])

    def pictures(self, classes: int = 10) -> str:
        """A folder with a folder of pictures for each class, in the one where the program runs."""
        import tensorflow as tf

        for name in range(2 * classes):
            folder = Path("pictures", f"class_{name % classes}")
            folder.mkdir(parents=True, exist_ok=True)
            pixels = self._random.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            tf.io.write_file(str(folder / f"{name}.png"), tf.io.encode_png(pixels))
        return "pictures"

    # ------------------------------------------------------------------------------------------------- running

    def run(self, drive: Drive, form: str | None = None, *, go_on: bool = True) -> Run:
        """Run a form of the fixture. Where a loss raises, that is noted, and the program goes on with 0 instead."""
        from proving.recording import recording, seed

        if form is None:
            form = "good" if self.proof.file.startswith("good") else "bad"
        text = text_of(self.proof.path.parent, self.proof.file, form)
        executed: set[int] = set()
        with (
            temporary_folder(),
            recording(text, self.environment, go_on=go_on) as recorder,
            traced(text.filename, executed),
        ):
            seed()
            module = module_of(text)
            seed()
            self._random = np.random.default_rng(0)  # each form gets the same data
            result = drive(module)
        run = Run(
            text, module, recorder.events, recorder.outputs, recorder.warnings, recorder.backward_errors, executed
        )
        run.result = result
        if go_on:
            self.runs.append(run)
        return run

    def pair(self, drive: Drive) -> tuple[Run, Run]:
        """Run a bad program, and what its fixes make of it.

        So is what the other fixes make of it, where two are right. As it is, without going on where it raises, it must raise
        what was noted first. With its safe fixes only, the outputs of its models must be what they were, bit for bit.
        """
        bad = self.run(drive)
        errors = [event.error for event in bad.events if event.error is not None]
        if errors:
            try:
                self.run(drive, go_on=False)
            except Exception as raised:
                same = type(raised) is type(errors[0]) and _words(raised) == _words(errors[0])
                require(same, f"it raises {raised!r}, not {errors[0]!r}")
            else:
                raise ProofError(f"it doesn't raise {errors[0]!r}")
        fixed = self.run(drive, "fixed")
        safe = text_of(self.proof.path.parent, self.proof.file, "safe")
        if safe.text != bad.text.text:
            run = fixed if safe.text == fixed.text.text else self.run(drive, "safe")
            # who is handed a model's outputs gives none of its own: then it's what reaches the losses
            before, after = (r.outputs or [call.logits for call in r.calls] for r in (bad, run))
            require(len(before) == len(after) > 0, "the safe fixes change how many outputs the models give")
            for one, other in zip(before, after, strict=True):
                require(np.array_equal(one, other), "the safe fixes change a model's outputs")
            self.measure("safe fixes", "outputs bit for bit as they were", f"{sum(o.size for o in before)} numbers")
        if text_of(self.proof.path.parent, self.proof.file, "other").text != bad.text.text:
            self.run(drive, "other")
        return bad, fixed

    def unrun(self, name: str, why: str) -> None:
        """A function of the program, or a line that says this, that can't be run here, and why."""
        self._unrun[name] = why

    def fit(self, model: Any, x: Any, y: Any) -> None:
        """Fit a compiled model of Keras', on tensors of PyTorch's: what a program left to its caller."""
        model.fit(*(part.numpy() if hasattr(part, "numpy") else part for part in (x, y)))

    # ------------------------------------------------------------------------------------------------- judging

    def judged(self, event: Event, what: str, numbers: str) -> None:
        """Note what was asserted of an event."""
        event.judged = True
        for run in self.runs:
            if event in run.events:
                run.spoken_of.update(event.lines)
                self.measure(f"{run.text.form}:{event.line} {event.name}", what, numbers)

    def speak_of(self, run: Run, line: Line | int, what: str, numbers: str) -> None:
        """Note what was asserted of a line on which no loss is called."""
        number = line if isinstance(line, int) else line.number
        run.spoken_of.add(number)
        self.measure(f"{run.text.form}:{number}", what, numbers)

    def right(self, where: Line | Call, expected: Array | float | None = None, *, what: str = "right") -> None:
        """The loss is the reference's, and gets what it takes."""
        for call in _calls(where):
            require(call.error is None, f"line {call.line}: {call.name} raises {call.error!r}")
            if expected is None:
                mistakes = call.mistakes()
                require(not mistakes, f"line {call.line}: {call.name} gets {', '.join(mistakes)}")
            meant = call.meant if expected is None else np.asarray(expected, dtype=np.float64)
            far = float(np.max(np.abs(call.value - meant))) if call.value.size else 0.0
            require(
                call.value.shape == meant.shape and far <= TOLERANCE * max(1.0, float(np.max(np.abs(meant)))),
                f"line {call.line}: {call.name} gives {call.value}, and the reference is {meant}",
            )
            self.judged(call, what, f"{_shown(call.value)}, reference {_shown(meant)}")

    def wrong(self, where: Line | Call, *, meant: Array | float | None = None, by: float = 1e-2) -> None:
        """The loss is silently another number than the reference."""
        for call in _calls(where):
            require(call.error is None, f"line {call.line}: {call.name} raises {call.error!r}")
            right = call.meant if meant is None else np.asarray(meant, dtype=np.float64)
            far = float(np.max(np.abs(call.value - right)))
            require(far > by, f"line {call.line}: {call.name} gives {call.value}, and so does the reference")
            self.judged(call, "silently wrong", f"{_shown(call.value)} instead of {_shown(right)}")

    def raises(self, where: Line | Event, kind: type[Exception], text: str) -> None:
        """It raises this, with this text in the message."""
        events = [e for e in where.events if e.error is not None] if isinstance(where, Line) else [where]
        require(events, f"line {where.number if isinstance(where, Line) else where.line}: nothing raises")
        for event in events:
            error = event.error
            require(type(error) is kind, f"line {event.line}: {event.name} raises {error!r}, not {kind.__name__}")
            require(text in str(error), f"line {event.line}: {str(error)!r} doesn't say {text!r}")
            self.quotable(str(error))
            self.judged(event, f"raises {kind.__name__}", text)

    def floor(self, where: Line | Call, *, tells: bool = True) -> float:
        """Inputs between 0 and 1 into a softmax cross-entropy: wrong, with a floor of log(1 + (C-1)/e) on perfect logits.

        Returns the floor that was measured.
        """
        least = math.nan
        for call in _calls(where):
            self.wrong(call, by=10 * TOLERANCE)
            classes = call.logits.shape[1]
            floor = math.log(1 + (classes - 1) / math.e)
            least = float(call.with_logits(perfect(call.logits, call.labels)))
            if call.arguments.get("label_smoothing"):
                require(least > floor, f"line {call.line}: perfect logits give {least}, under the floor {floor}")
            else:
                require(abs(least - floor) <= TOLERANCE, f"line {call.line}: perfect logits give {least}, not {floor}")
            self.judged(call, f"on perfect logits of {classes} classes", f"{least:.4f}, log(1+(C-1)/e) = {floor:.4f}")
            if tells:
                self.claim(
                    "with {classes} classes the loss can't fall below {floor:.2f}", classes=str(classes), floor=floor
                )
        return least

    def binary_floors(self, where: Line | Call) -> tuple[float, float]:
        """Inputs between 0 and 1 into a binary cross-entropy that takes logits: what perfect logits cost at least.

        Returns the floors of negative and of positive examples.
        """
        floors: list[float] = []
        for call in _calls(where):
            self.wrong(call, by=10 * TOLERANCE)
            import torch

            floors = []
            for label in (0.0, 1.0):
                target = torch.full_like(call.target, label)
                perfect = np.full(number(call.source).shape, 1000.0 if label else -1000.0)
                floors.append(float(call.with_logits(perfect, target).mean()))
            self.judged(call, "on perfect logits", f"{floors[0]:.4f} where y = 0, {floors[1]:.4f} where y = 1")
        return floors[0], floors[1]

    def no_gradient(self, where: Line | Call, *, value: float | None = None) -> None:
        """The gradient at the logits is exactly 0, or there's none."""
        for call in _calls(where):
            require(call.error is None, f"line {call.line}: {call.name} raises {call.error!r}")
            gradient = call.gradient()
            require(gradient is None or not gradient.any(), f"line {call.line}: the gradient is {gradient}")
            numbers = "none" if gradient is None else "0"
            if gradient is None:
                try:
                    call.result.backward()
                except RuntimeError as error:
                    require("does not require grad" in str(error), f"line {call.line}: backward raises {error!r}")
                    self.quotable(str(error))
                    numbers = "backward raises"
                else:
                    raise ProofError(f"line {call.line}: backward goes through")
            if value is not None:
                require(np.allclose(call.value, value, atol=TOLERANCE), f"line {call.line}: {call.value}, not {value}")
                numbers = f"{numbers}, loss {_shown(call.value)}"
            self.judged(call, "no gradient", numbers)

    def equal(self, where: str, value: Array, expected: Array) -> None:
        """A number that the program computes without a framework's loss is the reference's."""
        require(
            value.shape == expected.shape and np.allclose(value, expected, rtol=TOLERANCE, atol=TOLERANCE),
            f"{where}: {value}, and the reference is {expected}",
        )
        self.measure(where, "right", f"{_shown(value)}, reference {_shown(expected)}")

    def holds(self, event: Event, condition: object, what: str, numbers: str) -> None:
        """Something else is so."""
        require(condition, f"line {event.line}: {event.name}: not so: {what} ({numbers})")
        self.judged(event, what, numbers)

    # ------------------------------------------------------------------------------------------------- telling

    def measure(self, where: str, what: str, numbers: str) -> None:
        """A row of the table."""
        self.outcome.measures.append(Measure(where, what, numbers))

    def claim(self, template: str, **numbers: float | str | Number) -> None:
        """A rule's texts say this, and the numbers in it are the measured ones."""
        made = {n: v if isinstance(v, (str, Number)) else Number(float(v)) for n, v in numbers.items()}
        self.outcome.claims.append(Claim(template, made))

    def ratio(self, wrong: Any, right: Any, logits: Any, labels: Any) -> float:
        """How large the gradient of one loss at the logits is, compared with another one's."""
        import torch

        sizes = []
        for loss in (wrong, right):
            leaf = logits.clone().requires_grad_()
            (gradient,) = torch.autograd.grad(loss(leaf, labels), leaf)
            sizes.append(float(gradient.norm()))
        return sizes[0] / sizes[1]

    def refuses(self, what: Callable[[], object], kind: type[Exception], text: str) -> None:
        """Something raises this, with this text in the message."""
        try:
            what()
        except Exception as error:
            require(type(error) is kind and text in str(error), f"{error!r} instead of {kind.__name__}: {text}")
            self.quotable(str(error))
            self.measure("", f"raises {kind.__name__}", text)
        else:
            raise ProofError(f"it doesn't raise {kind.__name__}: {text}")

    def quotable(self, message: str) -> None:
        """A message of a library's that texts may quote."""
        self.outcome.raised.append(message)

    # ------------------------------------------------------------------------------------------------- the end

    def finish(self) -> None:
        """Judge what nobody judged, and see that every line was run and spoken of."""
        counts: dict[str, int] = {}
        for run in self.runs:
            for event in run.events:
                if not event.judged:
                    self._by_default(run, event)
            require(not run.backward_errors, f"{run.text.form}: backward raises {run.backward_errors}")
            if run.text.form in ("bad", "good"):
                counts = {code: len(run.at(code)) for _, code in run.text.expected}
        require(
            not self.proof.file or counts == dict(self.proof.lines), f"it has {counts}, not {dict(self.proof.lines)}"
        )
        for form in {run.text.form for run in self.runs}:
            self._complete([run for run in self.runs if run.text.form == form])

    def _by_default(self, run: Run, event: Event) -> None:
        expects = any(number in event.lines for number, _ in run.text.expected)
        mended = run.text.form != "bad" and not run.is_left(event.line)
        if isinstance(event, Call):
            if run.text.form == "bad" and expects:
                raise ProofError(f"nothing is asserted of line {event.line}, {event.name}")
            if run.text.form in ("fixed", "safe", "other") and not mended:
                self.same(event, self._in_bad(run, event))
            else:
                self.right(event)
        elif event.error is not None:
            raise ProofError(f"{run.text.form}:{event.line}: {event.name} raises {event.error!r}")
        elif isinstance(event, Made) and expects and run.text.form != "bad" and mended:
            self.judged(event, "is made", ", ".join(map(str, event.given)) or "no arguments")

    def _in_bad(self, run: Run, event: Event) -> Call:
        """The call of the bad program at the same line."""
        bad = next(r for r in self.runs if r.text.form == "bad")
        where = next(n for n, (line, _) in enumerate(run.text.expected) if line in event.lines)
        line = bad.text.expected[where][0]
        return next(call for call in bad.calls if line in call.lines)

    def same(self, one: Call, other: Call) -> None:
        """A line that has no fix does what it did."""
        if other.error is not None:
            said = one.error is not None and _words(one.error) == _words(other.error)
            require(said, f"line {one.line}: {one.error!r} instead of {other.error!r}")
            self.judged(one, "not fixed: raises as before", type(one.error).__name__)
        else:
            require(np.allclose(one.value, other.value), f"line {one.line}: {one.value} instead of {other.value}")
            self.judged(one, "not fixed: as before", _shown(one.value))

    def _complete(self, runs: list[Run]) -> None:
        text = runs[0].text
        executed = set[int]().union(*(run.executed for run in runs))
        excused = {line for name in self._unrun for line in text.lines_of(name)}
        missed = sorted(text.lines() - executed - excused)
        require(not missed, f"{text.form}: lines that no drive runs: {missed}")
        spoken_of = set[int]().union(*(run.spoken_of for run in runs))
        silent = [f"{line} ({code})" for line, code in text.expected if line not in spoken_of and line not in excused]
        if text.form != "safe":
            require(not silent, f"{text.form}: nothing is asserted of lines {', '.join(silent)}")


class Loader(list[Any]):
    """A data loader: batches, and a data set with a length."""

    @property
    def dataset(self) -> range:
        """As long as the data set."""
        first = self[0][0] if isinstance(self[0], (tuple, list)) else self[0]
        return range(len(self) * len(first))


def perfect(logits: Array, labels: Any, size: float = 1000.0) -> Array:
    """Logits that are as right as can be, for class indices, or for labels of zeros and ones."""
    labels = np.asarray(labels)
    right = reference.one_hot(labels, logits.shape[1]) if labels.shape != logits.shape else labels
    return np.where(right > 0.5, size, -size)


def _words(error: Exception) -> str:
    """The first line of an error's message, without sizes, which a graph doesn't know."""
    return re.sub(r"\d+|None", "#", str(error).partition("\n")[0])


def _calls(where: Line | Call) -> list[Any]:
    calls: list[Any] = [e for e in where.events if isinstance(e, Call)] if isinstance(where, Line) else [where]
    require(calls, "no loss is called there")
    return calls


def _shown(value: Array) -> str:
    if value.ndim == 0:
        return f"{float(value):.6g}"
    return f"{value.size} numbers, mean {float(value.mean()):.6g}"


@contextmanager
def temporary_folder() -> Iterator[None]:
    """What the program writes goes away."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="losslint-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def perform(proof: Proof, environment: str) -> Outcome:
    """Perform a proof in this process."""
    started = time.perf_counter()
    lab = Lab(proof, environment)
    try:
        getattr(importlib.import_module(f"proofs.{proof.module}"), proof.function)(lab)
        lab.finish()
    except Exception:
        lab.outcome.error = traceback.format_exc()
    lab.outcome.seconds = time.perf_counter() - started
    return lab.outcome
