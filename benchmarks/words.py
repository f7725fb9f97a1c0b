"""Words of the corpora, and names made of them: each of a seed of its own, so that every run gives the same."""

from __future__ import annotations

import random
from collections.abc import Sequence

NOUNS = """
badge basket booking bucket budget calendar candle card cargo catalogue chapter column comment contract coupon
course crate customer cycle deposit device digest draft drawer failure field filter folder form forecast garden
gauge grant group guest harvest header journal kettle key label lantern ledger lesson letter limit listing loan
locker manual margin market member memo message meter mirror module notice number packet page parcel partner path
payment permit phone picture pledge portrait price profile project proof queue quota reader receipt recipe record
refund region reminder rental report reserve result reward rhythm route sample schedule score section sensor shelf
shift signal source stage station statement stock survey table target task ticket timer token topic track trade
transfer trial value vendor version visit voucher wallet warning week window worker workshop writer zone
""".split()
VERBS = """
accept add adjust attach cancel check clean clear collect confirm count cover deliver detach enter expand export
extract fetch fill filter finish follow forward gather group guard inspect join label lengthen link list load lock
loosen mark match mend order pack patch pick post predict present print process protect publish pull push question
rank reach reckon record redirect refresh register reject render repair repeat report request restart restock return
review round scatter search select sharpen shorten sign soften sort stack stamp start stretch test tighten track
treat turn unlock unpack upload view visit watch weaken weigh
""".split()
ADJECTIVES = """
blank blue brief broken calm careful clean clear closed cold common complete current daily deep direct double dry
fair fast final firm fixed flat fresh full gentle given global golden good green half hidden joint large last late
lazy lean light linked local long loose main missing modern monthly narrow nested new next north paid partial past
plain private public pure quick quiet ready recent red remote rough round safe second secret shared sharp short
signed silent simple single slow small soft solid spare stable static steady still strict strong thin tidy tiny
total valid verified visible warm weekly whole wide yearly young
""".split()


class Words:
    """Draws words, numbers and names at random from a seed."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.pick = self.random.choice
        self.number = self.random.randint

    def chance(self, part: float) -> bool:
        """Tell whether something happens that does so in this part of all cases."""
        return self.random.random() < part

    def several(self, choices: Sequence[str], least: int, most: int) -> list[str]:
        """Draw different ones."""
        return self.random.sample(choices, self.number(least, most))

    @property
    def noun(self) -> str:
        """A thing."""
        return self.pick(NOUNS)

    @property
    def verb(self) -> str:
        """What is done."""
        return self.pick(VERBS)

    @property
    def adjective(self) -> str:
        """What a thing is like."""
        return self.pick(ADJECTIVES)

    @property
    def thing(self) -> str:
        """A thing and what it is like."""
        return f"{self.adjective} {self.noun}"

    @property
    def value(self) -> str:
        """The name of a variable."""
        return f"{self.adjective}_{self.noun}"

    @property
    def function(self) -> str:
        """The name of a function."""
        return f"{self.verb}_{self.value}"

    @property
    def type(self) -> str:
        """The name of a class."""
        return f"{self.adjective}{self.noun}".title() if self.chance(0.2) else self._camel(self.adjective, self.noun)

    @property
    def constant(self) -> str:
        """The name of a constant."""
        return f"{self.adjective}_{self.noun}".upper()

    @staticmethod
    def _camel(*words: str) -> str:
        return "".join(word.title() for word in words)
