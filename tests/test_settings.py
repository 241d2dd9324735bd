"""Settings: what is accepted, how what is wrong is told, and where the keys come from."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from saleor_stripe_app.settings import PREFIX, BadSettings, Settings, load, secret_keys
from saleor_stripe_app.storage.sealed import KeyRing, new_key

README = Path(__file__).parents[1] / "README.md"
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
POSTGRES = "postgresql://app:hunter2secret@db.example/stripe"


def settings(**values: str) -> Settings:
    return load({PREFIX + name: value for name, value in values.items()})


def refusal(**values: str) -> str:
    with pytest.raises(BadSettings) as caught:
        settings(**values)
    return str(caught.value)


def test_an_empty_environment_is_a_working_app_on_loopback():
    made = load({})
    assert made.app_url == "http://127.0.0.1:8000"
    assert made.app_id == "saleor.app.payment.stripe"
    assert made.sqlite_file == Path("saleor-stripe.sqlite")
    assert made.stripe_api_base == "https://api.stripe.com"


def test_the_process_environment_is_never_read_by_surprise(monkeypatch):
    monkeypatch.setenv("SALEOR_STRIPE_PORT", "9999")
    assert load({}).port == 8000
    assert Settings().port == 8000


def test_an_empty_value_counts_as_unset():
    assert settings(PORT="", APP_NAME="  ").port == 8000


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"HOST": "0.0.0.0"}, "http://127.0.0.1:8000"),
        ({"APP_URL": "https://stripe.shop.example/"}, "https://stripe.shop.example"),
        ({"APP_URL": "https://shop.example/apps/stripe/"}, "https://shop.example/apps/stripe"),
        ({"APP_URL": "http://localhost:8000"}, "http://localhost:8000"),
    ],
)
def test_the_public_url_has_no_final_slash_and_defaults_to_where_the_app_listens(given, url):
    assert settings(**given).app_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example",
        "http://10.0.0.7:8000",
        "https://shop.example/?a=1",
        "https://shop.example/#top",
        "https://user@shop.example",
        "https://shop.example:port",
        "ftp://shop.example",
        "shop.example",
    ],
)
def test_a_public_url_that_is_not_plain_https_is_refused_outside_loopback(url):
    assert "SALEOR_STRIPE_APP_URL" in refusal(APP_URL=url)


def test_listening_on_a_public_address_demands_a_public_url():
    assert "SALEOR_STRIPE_APP_URL: must be set" in refusal(HOST="10.0.0.7")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("sqlite:///data/app.sqlite", "sqlite+aiosqlite:///data/app.sqlite"),
        ("sqlite:////var/lib/app.sqlite", "sqlite+aiosqlite:////var/lib/app.sqlite"),
        ("sqlite+aiosqlite:///app.sqlite", "sqlite+aiosqlite:///app.sqlite"),
    ],
)
def test_sqlite_is_reached_through_its_asynchronous_driver(given, url):
    assert settings(DATABASE_URL=given).database_url == url


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_reached_through_its_asynchronous_driver(scheme):
    made = settings(DATABASE_URL=POSTGRES.replace("postgresql", scheme), SECRET_KEYS=KEY)
    assert made.database_url == POSTGRES.replace("postgresql", "postgresql+psycopg")
    assert made.sqlite_file is None


@pytest.mark.parametrize(
    "url", ["mysql://a:hunter2secret@b/c", "postgresql+asyncpg://a:hunter2secret@b/c", "sqlite://", "hunter2secret"]
)
def test_other_databases_and_those_without_a_file_are_refused_without_showing_the_password(url):
    message = refusal(DATABASE_URL=url)
    assert "SALEOR_STRIPE_DATABASE_URL: " in message
    assert "hunter2secret" not in message


def test_postgresql_without_keys_is_refused():
    assert "SALEOR_STRIPE_SECRET_KEYS: must be set with PostgreSQL" in refusal(DATABASE_URL=POSTGRES)


@pytest.mark.parametrize("keys", ["short", f"{KEY},AAAA", f"{KEY[:-2]}!=", ",", "é" * 44])
def test_keys_of_another_form_are_refused_without_showing_them(keys):
    message = refusal(SECRET_KEYS=keys)
    assert "SALEOR_STRIPE_SECRET_KEYS: " in message
    assert KEY[:20] not in message


def test_keys_are_given_newest_first_with_or_without_padding():
    newest = new_key()
    keys = secret_keys(settings(SECRET_KEYS=f"{newest}, {KEY.rstrip('=')}"))
    assert keys == KeyRing.parse([newest, KEY])


def test_a_key_file_of_mode_0600_is_made_once_beside_the_sqlite_file(tmp_path):
    made = settings(DATABASE_URL=f"sqlite:///{tmp_path}/app.sqlite")
    made_once = secret_keys(made)
    assert len(made_once.keys) == 1
    assert secret_keys(made) == made_once
    (file,) = tmp_path.iterdir()
    assert file.name == "app.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_may_be_added_to_the_key_file_above_the_old_one(tmp_path):
    made = settings(DATABASE_URL=f"sqlite:///{tmp_path}/app.sqlite")
    old = secret_keys(made)
    file = tmp_path / "app.key"
    file.write_text(f"{KEY}\n{file.read_text()}")
    assert secret_keys(made) == KeyRing((bytes(range(32)), *old.keys))


def test_a_key_file_that_others_can_read_is_refused(tmp_path):
    (tmp_path / "app.key").write_text(KEY)
    (tmp_path / "app.key").chmod(0o644)
    with pytest.raises(BadSettings, match="chmod 600"):
        secret_keys(settings(DATABASE_URL=f"sqlite:///{tmp_path}/app.sqlite"))


def test_a_key_file_that_cannot_be_made_or_read_is_told_in_words(tmp_path):
    with pytest.raises(BadSettings, match=r"nowhere/app\.key cannot be used"):
        secret_keys(settings(DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/app.sqlite"))
    (tmp_path / "app.key").touch(0o600)
    with pytest.raises(BadSettings, match="at least one key"):
        secret_keys(settings(DATABASE_URL=f"sqlite:///{tmp_path}/app.sqlite"))


def test_a_list_names_every_saleor_that_may_install():
    made = settings(ALLOWED_SALEOR_URLS="https://*.saleor.cloud/graphql/, http://api:8000/graphql/")
    assert made.allowed_saleor_urls == ("https://*.saleor.cloud/graphql/", "http://api:8000/graphql/")
    assert load({}).allowed_saleor_urls == ()


@pytest.mark.parametrize(
    "pattern", ["*", "https://*.com/graphql/", "https://*/graphql/", "https://a*.b.example/", "http://*.shop.example/",
                "https://a.shop.example/*", "saleor.cloud", "https://u:hunter2secret@a.shop.example/"],
)  # fmt: skip
def test_a_pattern_that_would_trust_too_much_is_refused(pattern):
    message = refusal(ALLOWED_SALEOR_URLS=pattern)
    assert "SALEOR_STRIPE_ALLOWED_SALEOR_URLS" in message


def test_stripe_is_called_by_https_except_a_stand_in_on_loopback():
    assert settings(STRIPE_API_BASE="http://127.0.0.1:12111/").stripe_api_base == "http://127.0.0.1:12111"
    assert "SALEOR_STRIPE_STRIPE_API_BASE" in refusal(STRIPE_API_BASE="http://stripe.example")


def test_proxies_are_addresses_or_networks():
    assert settings(TRUSTED_PROXIES="10.0.0.0/8,fd00::1").trusted_proxies == ("10.0.0.0/8", "fd00::1")
    assert "nginx is not an address" in refusal(TRUSTED_PROXIES="nginx")


def test_every_bad_value_is_named_in_one_message():
    message = refusal(
        PORT="http", LOG_LEVEL="loud", LOG_FORMAT="xml", APP_URL="http://shop.example", BODY_LIMIT="1",
        DATABASE_URL="mysql://x", SECRET_KEYS="x", METRICS_TOKEN="guessable", APPURL="x",
    )  # fmt: skip
    named = re.findall(r"^  (SALEOR_STRIPE_\w+)", message, re.MULTILINE)
    assert sorted(name.removeprefix(PREFIX) for name in named) == [
        "APPURL", "APP_URL", "BODY_LIMIT", "DATABASE_URL", "LOG_FORMAT", "LOG_LEVEL", "METRICS_TOKEN", "PORT",
        "SECRET_KEYS",
    ]  # fmt: skip
    assert "guessable" not in message


def test_names_that_kubernetes_puts_beside_ours_are_passed_over_or_explained():
    assert settings(SERVICE_HOST="10.0.0.1", SERVICE_PORT_HTTP="80", PORT_80_TCP_ADDR="10.0.0.1").port == 8000
    assert "enableServiceLinks" in refusal(PORT="tcp://10.0.0.1:80")


def test_secrets_may_be_files_and_the_environment_wins(tmp_path):
    (tmp_path / "saleor_stripe_secret_keys").write_text(KEY + "\n")
    (tmp_path / "saleor_stripe_database_url").write_text(POSTGRES)
    made = settings(SECRETS_DIR=str(tmp_path))
    assert secret_keys(made) == KeyRing.parse([KEY])
    assert made.sqlite_file is None
    assert settings(SECRETS_DIR=str(tmp_path), DATABASE_URL="sqlite:///a.sqlite").sqlite_file == Path("a.sqlite")
    assert "there is no such directory" in refusal(SECRETS_DIR=str(tmp_path / "nowhere"))


def test_a_bad_file_of_a_secret_is_told_like_a_bad_variable(tmp_path):
    (tmp_path / "saleor_stripe_secret_keys").write_text("hunter2secret")
    message = refusal(SECRETS_DIR=str(tmp_path))
    assert "SALEOR_STRIPE_SECRET_KEYS: key 1 is not base64url" in message
    assert "hunter2secret" not in message


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        load({}).port = 1


def test_no_secret_is_in_the_text_of_settings():
    made = settings(DATABASE_URL=POSTGRES, SECRET_KEYS=KEY, METRICS_TOKEN="a-long-enough-token")
    for text in (repr(made), str(made)):
        assert not re.search(f"hunter2secret|{KEY[:20]}|long-enough", text)


def test_readme_lists_every_setting_with_its_default():
    section = README.read_text(encoding="utf-8").split("\n## Settings\n", 1)[1].split("\n## ", 1)[0]
    rows = dict(re.findall(r"^\| `SALEOR_STRIPE_(\w+)` \| ([^|]*) \|", section, re.MULTILINE))
    fields = Settings.model_fields
    assert set(rows) == {name.upper() for name in fields} | {"SECRETS_DIR"}
    for name, field in fields.items():
        default = ",".join(field.default) if isinstance(field.default, tuple) else field.default
        if default not in (None, ""):
            assert rows[name.upper()] == f"`{default}`"


def test_processes_that_start_at_once_agree_on_one_key(tmp_path):
    made = settings(DATABASE_URL=f"sqlite:///{tmp_path}/app.sqlite")
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(secret_keys, [made] * 16))
    assert all(ring == rings[0] for ring in rings)
    assert [file.name for file in tmp_path.iterdir()] == ["app.key"]
