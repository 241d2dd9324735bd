"""Plays a day: the stories side by side, each step seen in both ledgers before its story goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import httpx

from saleor_stripe_app.sandbox.demo import table
from saleor_stripe_app.sandbox.demo.day import DISTURBED, Step, Story
from saleor_stripe_app.sandbox.demo.ledgers import Compared, read
from saleor_stripe_app.sandbox.demo.people import Refused
from saleor_stripe_app.sandbox.demo.scene import Scene
from saleor_stripe_app.sandbox.demo.table import Row

_ASK_EVERY = 0.05
_STILL_FOR = 5.0
"""Seconds without a request to Stripe after which the app is taken to be at rest.

It holds a payment for three seconds after each answer and looks at it within the next one.
"""


@dataclass(slots=True)
class Played:
    """What a day came to: the ledgers at its end, and everything that was not as it should be."""

    compared: list[Compared] = field(default_factory=list)
    steps: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether every step came out as it should and both ledgers say the same of every payment."""
        return not self.faults and all(each.equal for each in self.compared)


async def play(scene: Scene, stories: Sequence[Story], show: Callable[[str], None], *, patience: float) -> Played:
    """Play the stories, showing each step as soon as it and all before it are done.

    `patience` is how many seconds a step may take to show in both ledgers, and everything to come to rest.
    """
    played = Played()
    told: dict[Story, asyncio.Queue[Row | str | None]] = {story: asyncio.Queue() for story in stories}
    begun = {story: story(scene.people) for story in stories}
    async with asyncio.TaskGroup() as group:
        for story in (*DISTURBED, *stories):
            if story not in begun:
                continue
            steps = begun.pop(story)
            first = asyncio.Event()
            group.create_task(_follow(scene, _named(story), steps, told[story], first, patience))
            if story in DISTURBED:
                await first.wait()
        for queue in told.values():
            while (row := await queue.get()) is not None:
                _show(row, played, show)
    rested = await _rest(scene, patience)
    if (status := scene.app.exit_status) is not None:
        played.faults.append(f"the app has ended by itself, with exit status {status}")
    elif not rested:
        played.faults.append(f"not everything had come to rest after {patience:g} s")
    played.compared = read(scene.stripe, scene.saleor)
    played.faults += [f"Stripe's API description: {finding}" for finding in scene.stripe.findings]
    played.faults += [
        f"the app reports a problem: {problem.message}" for app in scene.saleor.apps for problem in app.problem_list
    ]
    return played


def _show(row: Row | str, played: Played, show: Callable[[str], None]) -> None:
    if isinstance(row, str):
        played.faults.append(row.partition(":")[0])
        show(row)
        return
    played.steps += 1
    if not row.agreed:
        played.faults.append(f'"{row.step.title}" did not come out as it should')
    show(table.row(row))


def _named(story: Story) -> str:
    name: str = getattr(story, "__name__", "story")
    return name.replace("_", " ")


async def _follow(
    scene: Scene,
    name: str,
    steps: AsyncIterator[Step],
    told: asyncio.Queue[Row | str | None],
    first: asyncio.Event,
    patience: float,
) -> None:
    """One story to its end; one that cannot go on says why, and the others do."""
    try:
        async for step in steps:
            first.set()
            told.put_nowait(await _seen(scene, step, patience))
    except (Refused, httpx.HTTPError) as error:
        told.put_nowait(f"The story of the {name} ended early: {type(error).__name__}: {error}")
    finally:
        first.set()
        told.put_nowait(None)


async def _seen(scene: Scene, step: Step, patience: float) -> Row:
    """Ask both ledgers until they agree with the step, or patience is at its end."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    while True:
        found = next((c for c in read(scene.stripe, scene.saleor) if c.transaction == step.payment.token), None)
        if agrees(found, step) or loop.time() > until or scene.app.exit_status is not None:
            return Row(step, found, agrees(found, step))
        await asyncio.sleep(_ASK_EVERY)


def agrees(found: Compared | None, step: Step) -> bool:
    """Whether both ledgers say what they must after a step: that they are equal is not enough."""
    if found is None or (step.ordered and not found.order):
        return False
    return found.equal and found.status == step.status and found.stripe == step.sums


async def _rest(scene: Scene, patience: float) -> bool:
    """Wait until nothing is on its way any more and the app has stopped looking: what differs then, stays different.

    False when patience, or the app, ended before.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    seen, since = _newest_request(scene), loop.time()
    while loop.time() < until and scene.app.exit_status is None:
        await asyncio.sleep(_ASK_EVERY)
        newest = _newest_request(scene)
        if newest != seen or _on_its_way(scene):
            seen, since = newest, loop.time()
        elif loop.time() - since >= _STILL_FOR:
            return True
    return False


def _newest_request(scene: Scene) -> str:
    records = scene.stripe.records
    return records[-1].request_id if records else ""


def _on_its_way(scene: Scene) -> bool:
    """Whether Stripe has events to deliver, or Saleor webhooks."""
    books = scene.stripe.registry.all_books()
    return bool(scene.saleor.jobs.waiting) or any(event.pending for book in books for event in book.events.values())
