"""State machines as data: one table decides, documents and draws them."""

from collections.abc import Mapping

from chassis.errors import IllegalTransition
from contracts.bilingual import Bilingual

Transitions = Mapping[tuple[str, str], str]


class Machine:
    """`transitions` maps (state, action) to the next state; anything else is refused.

    `words` says a state to people, in the sentence of a refusal.
    """

    def __init__(
        self, name: str, transitions: Transitions, words: Mapping[str, Bilingual] | None = None
    ) -> None:
        self.name = name
        self.transitions = dict(transitions)
        self.words = dict(words or {})

    @property
    def states(self) -> frozenset[str]:
        return frozenset(state for state, _ in self.transitions) | {*self.transitions.values()}

    @property
    def terminal(self) -> frozenset[str]:
        return self.states - {state for state, _ in self.transitions}

    def allows(self, state: str, action: str) -> bool:
        return (state, action) in self.transitions

    def before(self, action: str) -> frozenset[str]:
        """The states that allow an action."""
        return frozenset(state for state, allowed in self.transitions if allowed == action)

    def after(self, state: str, action: str) -> str:
        """The state that follows, or IllegalTransition that says the state in words."""
        following = self.transitions.get((state, action))
        if following is None:
            raise IllegalTransition(
                "Ini tidak dapat dilakukan sekarang: keadaannya “%(state)s”. "
                "Muat ulang halaman untuk melihat langkah yang mungkin",
                state=self.words.get(state, state),
            )
        return following

    def mermaid(self) -> str:
        """The diagram of the documentation, generated from the table."""
        lines = [f"    {a} --> {b}: {action}" for (a, action), b in self.transitions.items()]
        return "\n".join(["stateDiagram-v2", *lines])
