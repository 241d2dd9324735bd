"""The demonstration: everything started, the day played, both ledgers compared, everything ended again."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from saleor_stripe_app.sandbox.demo import addresses, table
from saleor_stripe_app.sandbox.demo.app_process import AppFailed
from saleor_stripe_app.sandbox.demo.day import Story, of_version
from saleor_stripe_app.sandbox.demo.keys import NotSetUp
from saleor_stripe_app.sandbox.demo.playing import play
from saleor_stripe_app.sandbox.demo.scene import Scene, opened
from saleor_stripe_app.sandbox.saleor.installations import InstallationFailed
from saleor_stripe_app.sandbox.saleor.manifest_rules import ManifestRefused

PATIENCE = 25.0
"""Seconds within which a step must show in both ledgers; the app tries again after two, four and eight."""

Show = Callable[[str], None]


async def demo(
    show: Show,
    *,
    keep: bool = False,
    version: str = "3.24",
    stories: Sequence[Story] | None = None,
    patience: float = PATIENCE,
) -> bool:
    """Play a shop's day and show it line by line; whether both ledgers are equal at its end.

    `version` is Saleor's; its whole day is played unless told otherwise. With `keep` everything stays up afterwards
    until the task is cancelled, which then ends as if by itself. Nothing is left behind but, where something went
    wrong, the app's log, which is named.
    """
    directory = Path(tempfile.mkdtemp(prefix="saleor-stripe-demo-"))
    log, good, stopped = directory / "app.log", False, False
    try:
        async with opened(directory, log, version=version) as scene:
            show(addresses.running(scene))
            good = await play_and_compare(scene, show, stories or of_version(version), patience)
            if keep:
                show(addresses.everything(scene, log))
                await _cancelled()
    except (AppFailed, InstallationFailed, ManifestRefused, NotSetUp) as error:
        show(f"The demo could not begin: {error}")
    except asyncio.CancelledError:
        stopped = True
        raise
    finally:
        _clear(directory)
        if good or stopped:
            shutil.rmtree(directory, ignore_errors=True)
        elif log.exists():
            show(f"The app's log: {log}")
    return good


async def play_and_compare(scene: Scene, show: Show, stories: Sequence[Story], patience: float = PATIENCE) -> bool:
    """Play the stories, then show the totals of both ledgers, what differs, and the verdict, which is returned."""
    began = monotonic()
    show(table.heading())
    played = await play(scene, stories, show, patience=patience)
    show("\nTotals of both ledgers")
    for line in table.sums(played.compared):
        show(line)
    differing = list(table.differences(played.compared))
    took = f"{played.steps} steps, {len(played.compared)} payments, {monotonic() - began:.0f} s"
    if played.equal:
        show(f"\nBoth ledgers are equal: {took}.")
        return True
    show(f"\n{'The ledgers differ' if differing else 'The day did not go as it should'}: {took}.")
    for line in (*played.faults, *differing):
        show(f"  {line}")
    return False


async def _cancelled() -> None:
    """Wait to be cancelled, and take that as the end of the wait."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        assert task is not None
        task.uncancel()


def _clear(directory: Path) -> None:
    """Remove the database and its keys; the log is for whoever wants to know what went wrong."""
    for path in directory.iterdir():
        if path.name != "app.log":
            path.unlink(missing_ok=True)
