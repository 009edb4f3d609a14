"""Two people at once: each tries an act on a connection of its own, begun in the same moment."""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import Any

from tests.histories.play import Player, attempt, sound
from tests.histories.stage import Act, Stage
from tests.histories.watch import Broken


class Pairs:
    """Plays pairs of acts in the world of a player. Both outcomes of each are right, but not every pair of them."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.ended: Counter[tuple[str, str]] = Counter()

    def hot(self) -> Act:
        """One of the acts that were done lately: what they need is mostly there."""
        done = [name for name, how in self.player.lately if how == "done"]
        return self.player.acts[self.player.stage.chance.choice(done)] if done else self.player.pick()

    def round(self) -> None:
        """One pair; then all that must hold."""
        player = self.player
        player.states = player.watch.moved()
        chance = player.stage.chance
        first = self.hot() if chance.random() < 0.6 else player.pick()
        same = chance.random() < 0.6
        acts = [first, first if same else player.pick()]
        seed = chance.randrange(10**9)
        people = [player.person(one)[1] for one in acts]
        if same and chance.random() < 0.6:
            people[1] = people[0]
        seeds = [seed, seed if same else seed + 1]
        found = at_once(player.stage, acts, people, seeds)
        for one, (how, said) in zip(acts, found, strict=True):
            self.ended[one.name, how] += 1
            player.lately.append((one.name, how))
            player.log.append(f"pair {one.name}: {how} {said}")
        try:
            after = player.watch.moved()
            player.watch.check()
            player.digest, player.states = player.watch.digest(), after
            player.kept = {batch: player.watch.of_batch(batch) for batch in player.watch.archived()}
            sound(*found)
        except Broken as error:
            player.faults.append("\n".join([*player.log[-2:], f"BROKEN {error}"]))
            if player.stops:
                raise


def at_once(stage: Stage, acts: list[Act], people: list[Any], seeds: list[int]) -> list[tuple[str, str]]:
    """Do each act in a thread of its own; how each ended."""
    from django.db import connections

    gate = threading.Barrier(len(acts), timeout=60)
    found: list[tuple[str, str]] = [("nothing", "")] * len(acts)

    def one(place: int) -> None:
        mine = Stage(stage.people, random.Random(seeds[place]), stage.batch, list(stage.numbers))
        try:
            found[place] = attempt(mine, acts[place], people[place], gate.wait)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stage.numbers.extend(f"财建〔2026〕{len(stage.numbers) + more}号" for more in (1, 2))
    return found
