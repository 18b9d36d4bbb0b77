"""What an environment should be, as its owner gave it.

A spec is what a revision keeps beside its lock. It is made only by
`venvoy.domain.requirement` and `venvoy.domain.python`, so a spec that exists is
well-formed.
"""

from dataclasses import dataclass

from venvoy.domain.platform import Platform


@dataclass(frozen=True, slots=True)
class Spec:
    """A well-formed wish.

    Attributes:
        requirements: normalised PEP 508 strings, sorted by name, without duplicates.
        python: a PEP 440 specifier set for the interpreter, such as `==3.12.*`.
        platforms: those that the lock must hold for; empty means every known
            platform as far as wheels exist, and always those of the nodes in use.
    """

    requirements: tuple[str, ...]
    python: str
    platforms: tuple[Platform, ...] = ()
