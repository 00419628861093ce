"""Performs proofs in processes of their own, one for each environment, and keeps what they bring back.

A process imports its frameworks once and performs one proof after the other. It is started when the first proof for it is
asked for; the processes run side by side.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor

from proving.outcome import Outcome
from proving.proof import GRAPH, LIBRARIES, TENSORFLOW, Proof

TIMEOUT = 600
"""Seconds that a proof may take, with the import of the frameworks and the proofs before it."""

_KEY = tuple[str, str, str]
"""The module, the function and the environment."""


def missing() -> list[str]:
    """The libraries that aren't installed."""
    return [name for name in LIBRARIES if importlib.util.find_spec(name) is None]


def start(environment: str) -> None:
    """What a process does first: frameworks read these when they're imported."""
    os.environ["KERAS_BACKEND"] = TENSORFLOW if environment == GRAPH else environment
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    os.environ["JAX_PLATFORMS"] = "cpu"
    os.environ["OMP_NUM_THREADS"] = "1"  # programs this small only wait for each other's threads


def _perform(proof: Proof, environment: str) -> Outcome:
    """In the process: perform it."""
    from proving.laboratory import perform

    return perform(proof, environment)


class Bench:
    """The processes, and the outcomes of the proofs that were asked for."""

    def __init__(self) -> None:
        self._pools: dict[str, ProcessPoolExecutor] = {}
        self._asked: dict[_KEY, tuple[Proof, Future[Outcome]]] = {}

    def ask(self, proof: Proof, environment: str) -> Future[Outcome]:
        """Have a proof performed, once."""
        key = proof.module, proof.function, environment
        if key not in self._asked:
            if environment not in self._pools:
                self._pools[environment] = ProcessPoolExecutor(
                    1, multiprocessing.get_context("spawn"), initializer=start, initargs=(environment,)
                )
            self._asked[key] = proof, self._pools[environment].submit(_perform, proof, environment)
        return self._asked[key][1]

    def outcome(self, proof: Proof, environment: str) -> Outcome:
        """What became of it."""
        return self.ask(proof, environment).result(TIMEOUT)

    def outcomes(self) -> Iterator[tuple[Proof, str, Outcome]]:
        """All that were performed, with their environments, in the order in which they were asked for."""
        for (_, _, environment), (proof, future) in self._asked.items():
            if future.done() and not future.cancelled() and future.exception() is None:
                yield proof, environment, future.result()

    def close(self) -> None:
        """End the processes."""
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)
