"""README shows what is so: its page for a storefront, its permissions, its commands."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import DocumentNode, parse, validate
from typer.testing import CliRunner

from saleor_stripe_app import cli
from saleor_stripe_app.domain import transaction_metadata
from saleor_stripe_app.domain.transaction import Metadata
from saleor_stripe_app.saleor import versions
from saleor_stripe_app.stripe_gateway.permissions import ACCOUNT_READ, CONNECT, NEEDED, SAVING, USEFUL, VENDORS_MONEY
from saleor_stripe_app.web.settings_api.schema import SCHEMA
from tests.contract.saleor import schemas
from tests.domain.payments import described, transaction

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANIFEST = json.loads((ROOT / "manifest.json").read_text(encoding="utf-8"))


def section(title: str) -> str:
    return re.split(r"\n##+ ", README.split(f"# {title}\n", 1)[1], maxsplit=1)[0]


def first_column(text: str) -> list[str]:
    return re.findall(r"^\| `?([^|`]+?)`? \|", text, re.MULTILINE)[1:]


def script() -> str:
    """The module of the storefront's page."""
    page = re.search(r"```html\n(.*?)```", README, re.DOTALL)
    assert page is not None
    module = re.search(r'<script type="module">\n(.*?)</script>', page[1], re.DOTALL)
    assert module is not None
    return module[1]


def documents() -> dict[str, DocumentNode]:
    """What the page sends to Saleor, by the mutation's name."""
    found = re.findall(r"`(mutation [^`]*)`", script())
    return {text.split("{", 1)[1].split("(", 1)[0].strip(): parse(text) for text in found}


def test_the_storefronts_page_pays_from_beginning_to_end():
    assert list(documents()) == [
        "paymentGatewayInitialize",
        "transactionProcess",
        "checkoutComplete",
        "transactionInitialize",
    ]


@pytest.mark.parametrize("version", versions.KNOWN, ids=lambda version: f"{version[0]}.{version[1]}")
def test_what_the_storefronts_page_sends_is_valid_in_every_version(version):
    for document in documents().values():
        assert validate(schemas.schema(version), document) == []


def test_the_storefronts_page_is_javascript(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("SKIPPED FOR WANT OF NODE: the syntax of README's page was not checked")
    (tmp_path / "page.mjs").write_text(script(), encoding="utf-8")
    checked = subprocess.run([node, "--check", tmp_path / "page.mjs"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_every_permission_in_saleor_is_justified():
    assert first_column(section("Permissions in Saleor, and why")) == MANIFEST["permissions"]


def test_every_permission_of_a_stripe_key_is_listed():
    assert first_column(section("Stripe keys")) == [*NEEDED.values(), *SAVING.values(), *USEFUL.values(), ACCOUNT_READ]


def test_every_permission_that_vendors_need_is_listed():
    assert first_column(section("Vendors")) == [*CONNECT.values(), ", ".join(VENDORS_MONEY.values())]


def test_every_key_of_a_transactions_metadata_is_listed():
    said = transaction_metadata.missing(described(), replace(transaction(), metadata=Metadata()))
    shown = re.findall(r"`(stripe\.[a-z_]+)`", section("What Saleor shows of a payment"))
    assert sorted(shown) == sorted([*said.public, *said.private])


def test_every_option_of_a_configuration_is_listed():
    choices = SCHEMA.get_type_by_name("OptionsInput")
    assert choices is not None
    assert first_column(section("Options of a configuration")) == [
        SCHEMA.config.name_converter.get_graphql_name(one) for one in choices.fields
    ]


def test_every_option_of_a_channel_is_listed():
    choices = SCHEMA.get_type_by_name("ChannelOptionsInput")
    assert choices is not None
    assert first_column(section("Options of a channel")) == [
        SCHEMA.config.name_converter.get_graphql_name(one) for one in choices.fields
    ]


def test_every_webhook_is_listed():
    listed = first_column(section("How it works"))
    events = [
        event for hook in MANIFEST["webhooks"] for event in hook.get("syncEvents", []) + hook.get("asyncEvents", [])
    ]
    assert sorted(listed) == sorted(events)


def test_every_command_that_is_shown_exists():
    shown = set(
        re.findall(r"saleor-stripe ((?:sandbox )?[a-z-]+)\b", README.replace("sandbox\nstripe", "sandbox stripe"))
    )
    assert {"serve", "migrate", "reconcile", "rotate-secrets", "sandbox stripe", "sandbox saleor"} <= shown
    for command in shown:
        assert CliRunner().invoke(cli.main, [*command.split(), "--help"]).exit_code == 0, command


def test_every_target_of_make_that_is_shown_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make ([a-z]+)\b`?", section("Try it") + section("Work on it"))):
        assert re.search(rf"^{target}: ", makefile, re.MULTILINE), target
