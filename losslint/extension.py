"""Tables beside the built-in ones, without those: most runs need none, and the built-in tables take long to import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from losslint.record import dataclass, field

if TYPE_CHECKING:
    from losslint.frameworks.vocabulary import Api


@dataclass(frozen=True)
class Extension:
    """A table beside the built-in ones: what a plugin ships, or what a project's settings declare.

    `namespaces` are other names of the same modules, or of the same things. `tokens` select files as
    `losslint.frameworks.TOKENS` do; a loss that cares for its input selects those that hold its name, whether it's among
    them or not.
    """

    table: Mapping[str, Api] = field(default_factory=dict)
    namespaces: Mapping[str, str] = field(default_factory=dict)
    tokens: tuple[bytes, ...] = ()

    def words(self) -> tuple[str, ...]:
        """The names under which a file can meet one of its losses, without the modules that they are in."""
        if not self.table:
            return ()
        from losslint.frameworks import cares

        names = [name for name, api in self.table.items() if cares(api.effect)]
        names += [name for name, to in self.namespaces.items() if to in self.table and cares(self.table[to].effect)]
        return tuple(sorted({name.rpartition(".")[2] for name in names}))

    def __or__(self, other: Extension) -> Extension:
        """Both; where they differ, the other one holds."""
        return Extension(
            {**self.table, **other.table}, {**self.namespaces, **other.namespaces}, (*self.tokens, *other.tokens)
        )


class PluginError(Exception):
    """A plugin whose table can't be used; the message says why."""
