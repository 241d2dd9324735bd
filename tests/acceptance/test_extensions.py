"""A shop's own code, installed beside the app, adds to payments, and can break none."""

from pathlib import Path

import pytest

from tests.acceptance.world import opened

MODULE = """
def with_the_channel(request, parameters):
    return {"metadata": {"channel": request.source.channel_slug}, "description": parameters["description"] + " (shop)"}

def broken(request, parameters):
    raise ZeroDivisionError

def greedy(request, parameters):
    return {"amount": 1, "metadata": {"mine": "yes"}}
"""


def install(folder: Path, *names: str) -> None:
    """A package as pip leaves it, that offers these functions."""
    (folder / "shops_own.py").write_text(MODULE)
    about = folder / "shops_own-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shops-own\nVersion: 1.0\n")
    points = "".join(f"{place}_{name} = shops_own:{name}\n" for place, name in enumerate(names))
    (about / "entry_points.txt").write_text(f"[saleor_stripe_app.payment_intents]\n{points}")


@pytest.mark.parametrize("others", [[], ["broken"], ["greedy"], ["broken", "greedy"]])
async def test_an_extension_adds_to_a_payment_and_a_broken_one_costs_nothing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: list[str]
) -> None:
    install(tmp_path, *others, "with_the_channel")
    monkeypatch.syspath_prepend(tmp_path)
    async with opened(sqlite_url) as world:
        await world.install()
        await world.configure()
        session = await world.begin("10.00")
        intent = world.ask_stripe("GET", f"/v1/payment_intents/{world.intent(session)}")
        assert (intent["amount"], intent["metadata"]["channel"]) == (1000, "default-channel")
        assert intent["description"].startswith("Checkout ")
        assert intent["description"].endswith(" (shop)")
        assert "mine" not in intent["metadata"]
        await world.pay(session)
        await world.settle()
        await world.assert_equal(session)
