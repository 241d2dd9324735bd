"""The commands as people type them."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import httpx
import pytest
from typer.testing import CliRunner, Result

from saleor_stripe_app import cli
from saleor_stripe_app.sandbox.saleor.versions import RELEASES


def run(*arguments: str, env: Mapping[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli.main, arguments, env={"COLUMNS": "200", "TERM": "dumb", **(env or {})})


def words(text: str) -> str:
    """The text without the frames and breaks that a terminal's width makes."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", text).split())


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {"SALEOR_STRIPE_DATABASE_URL": f"sqlite:///{tmp_path / 'app.sqlite'}"}


HELP = {
    "serve": ["Run the app until it is told to stop"],
    "migrate": ["Bring the database to this version's schema", "Needed with PostgreSQL"],
    "reconcile": ["Compare both ledgers", "Exits 1", "--days", "--since", "--until", "--url", "what was not compared"],
    "sanitize": ["COPY", "no way back", "--yes", "refuse such a copy"],
    "explain": ["each line, rule, amount and rounding", "ORDER|TRANSACTION", "pi_..."],
    "rotate-secrets": ["newest key"],
    "demo": ["no account, no settings and no network are needed", "127.0.0.1", "Exits 0 if", "--keep", "addresses"],
    "sandbox stripe": ["SALEOR_STRIPE_STRIPE_API_BASE", "--host", "--port", "--secret-key", "--processing", "loopback"],
    "sandbox saleor": ["GraphQL API", "--host", "--port", "--version", "3.21|3.22|3.23|3.24", "--install", "manifest"],
}


@pytest.mark.parametrize("command", HELP)
def test_help_says_what_a_command_does_and_needs(command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    text = words(result.output)
    assert [phrase for phrase in HELP[command] if phrase not in text] == []


def test_the_first_page_names_every_command_and_where_settings_come_from() -> None:
    text = words(run("--help").output)
    assert [command for command in HELP if command.split()[0] not in text] == []
    assert "SALEOR_STRIPE_" in text


def test_every_version_that_is_stood_in_for_can_be_asked_for() -> None:
    assert set(get_args(cli.SaleorVersion)) == set(RELEASES)


def test_bad_settings_end_a_command_with_status_2_and_a_line_for_each() -> None:
    result = run("serve", env={"SALEOR_STRIPE_PORT": "many", "SALEOR_STRIPE_APP_ID": "a b"})
    assert result.exit_code == 2
    assert "SALEOR_STRIPE_PORT" in result.stderr
    assert "SALEOR_STRIPE_APP_ID" in result.stderr


def test_migrating_twice_says_that_nothing_is_left(settings: dict[str, str]) -> None:
    first, second = run("migrate", env=settings), run("migrate", env=settings)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.startswith("applied ")
    assert "nothing to do" in second.stdout


def test_reconciling_without_an_installation_says_so(settings: dict[str, str]) -> None:
    result = run("reconcile", env=settings)
    assert result.exit_code == 0
    assert "no Saleor has installed the app" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--days", "3", "--since", "2026-11-01"), "either --days or --since"),
        (("--since", "2026-11-02", "--until", "2026-11-01"), "ends before it begins"),
        (("--since", "01.11.2026"), "does not match the format"),
        (("--days", "0"), "greater than or equal to 1"),
    ],
)
def test_a_period_that_is_none_is_refused(settings: dict[str, str], arguments: tuple[str, ...], why: str) -> None:
    result = run("reconcile", *arguments, env=settings)
    assert result.exit_code == 2
    assert why in words(result.stderr)


def test_a_payment_that_is_not_divided_cannot_be_explained(settings: dict[str, str]) -> None:
    assert run("migrate", env=settings).exit_code == 0
    result = run("explain", "T3JkZXI6MQ==", env=settings)
    assert result.exit_code == 1
    assert "no payment of T3JkZXI6MQ== is divided among vendors" in result.stderr


def test_a_sanitized_copy_is_served_and_reconciled_no_more(settings: dict[str, str]) -> None:
    run("migrate", env=settings)
    refused = CliRunner().invoke(cli.main, ["sanitize"], input="n\n", env=settings)
    assert refused.exit_code == 1
    assert "app.sqlite" in refused.stdout
    assert "nothing was changed" in refused.stderr
    assert run("reconcile", env=settings).exit_code == 0
    done = run("sanitize", "--yes", env=settings)
    assert (done.exit_code, done.stdout.split(" of ")[0]) == (0, "0 secrets")
    for command in ("serve", "reconcile"):
        result = run(command, env=settings)
        assert result.exit_code == 1
        assert "a copy without secrets" in result.stderr
    for command in ("migrate", "rotate-secrets"):
        assert run(command, env=settings).exit_code == 0


def test_sanitizing_makes_no_database_and_migrates_none(settings: dict[str, str], tmp_path: Path) -> None:
    absent = run("sanitize", "--yes", env=settings)
    assert absent.exit_code == 1
    assert "There is no database" in absent.stderr
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "app.sqlite").touch()
    bare = run("sanitize", "--yes", env=settings)
    assert bare.exit_code == 1
    assert "run saleor-stripe migrate first" in bare.stderr


def test_rotating_an_empty_database_is_done_at_once(settings: dict[str, str]) -> None:
    run("migrate", env=settings)
    result = run("rotate-secrets", env=settings)
    assert result.exit_code == 0
    assert result.stdout.startswith("0 sealed anew")


@pytest.mark.parametrize("name", ["stripe", "saleor"])
def test_a_stand_in_whose_port_is_taken_says_so(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("sandbox", name, "--port", str(port))
    assert result.exit_code == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in result.stderr


def test_a_manifest_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = f"http://127.0.0.1:{listener.getsockname()[1]}/api/manifest"
    result = run("sandbox", "saleor", "--port", "0", "--install", nobody)
    assert result.exit_code == 1
    assert f"The app at {nobody} was not installed" in result.stderr


@contextmanager
def started(*arguments: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A stand-in on a free port, with what it printed down to its last line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "saleor_stripe_app", "sandbox", *arguments, "--port", "0"],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            text = ""
            for line in process.stdout:
                text += line
                if line.startswith("  GET "):
                    break
            yield text, process
        finally:
            process.kill()


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match[1]


def test_the_stand_in_of_stripe_prints_keys_that_work_and_ends_by_ctrl_c() -> None:
    with started("stripe", "--secret-key", "sk_test_mine") as (text, process):
        url, publishable = found(r"API base +(\S+)", text), found(r"publishable key +(\S+)", text)
        form = {"amount": 500, "currency": "usd"}
        with httpx.Client(trust_env=False) as http:
            own = {
                "authorization": "Bearer sk_test_mine",
                "idempotency-key": "one",
                "stripe-version": found(r"Stripe-Version: (\S+)", text),
            }
            intent = http.post(f"{url}/v1/payment_intents", data=form, headers=own).json()
            shown = http.get(
                f"{url}/v1/payment_intents/{intent['id']}",
                params={"client_secret": intent["client_secret"]},
                headers={"authorization": f"Bearer {publishable}"},
            )
        assert shown.json()["amount"] == 500
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 128 + signal.SIGINT
        assert process.stdout is not None
        assert process.stdout.read() == ""


def test_the_stand_in_of_saleor_prints_a_token_of_staff_and_the_version_asked_for() -> None:
    with started("saleor", "--version", "3.22") as (text, _):
        url, token = found(r"GraphQL API +(\S+)", text), found(r"Authorization: (Bearer \S+)", text)
        query = json.dumps({"query": "{ channels { slug } }"})
        with httpx.Client(trust_env=False) as http:
            shown = http.post(url, content=query, headers={"authorization": token}).json()
            state = http.get(url.replace("/graphql/", "/_sandbox/state")).json()
        assert "default-channel" in [channel["slug"] for channel in shown["data"]["channels"]]
        assert state["version"] == "3.22"
