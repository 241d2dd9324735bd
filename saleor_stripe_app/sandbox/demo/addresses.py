"""Where everything of a running demo is to be found."""

from pathlib import Path

from saleor_stripe_app.sandbox.demo.scene import Scene


def running(scene: Scene) -> str:
    """What was started, before the day begins."""
    channels = ", ".join(sorted({channel.currency_code for channel in scene.saleor.channels}))
    lines = (
        ("App", f"{scene.app.url}  (saleor-stripe serve, on SQLite)"),
        ("Saleor", f"{scene.saleor.api_url}  (stand-in of {scene.saleor.version}; channels in {channels})"),
        ("Stripe", f"{scene.stripe_url}  (stand-in; account {scene.account.id})"),
        ("Set up", "installed from its manifest; a restricted key entered; in EUR the app completes checkouts"),
    )
    return "\n".join(f"{name:<8}{what}" for name, what in lines) + "\n"


def everything(scene: Scene, log: Path) -> str:
    """What a storefront's developer needs, once the day is over."""
    shop, stripe = scene.served.base_url, scene.stripe_url
    lines = (
        ("App manifest", f"{scene.app.url}/api/manifest"),
        ("App id (payment gateway)", scene.people.app_id),
        ("App settings API", f"{scene.app.url}/api/graphql"),
        ("  token for it, for a day", f"authorization-bearer: {scene.settings_token}"),
        ("App log", str(log)),
        ("Saleor GraphQL", scene.saleor.api_url),
        ("  staff token, for a day", f"Authorization: Bearer {scene.people.staff_token}"),
        ("  make a checkout", f"""curl -d '{{"amount": "42.00"}}' {shop}/_sandbox/checkouts"""),
        ("  transactions, events", f"{shop}/_sandbox/state"),
        ("Stripe API base", stripe),
        ("  publishable key", scene.account.publishable_key),
        ("  secret key", scene.account.secret_key),
        ("  restricted key in use", scene.key.value),
        ("  ledger", f"{stripe}/_sandbox/ledger"),
        ("  refund at Stripe", f"curl -X POST {stripe}/_sandbox/payment_intents/pi_.../refund"),
        ("  lose, double, delay events", f"""curl -d '{{"kind": "doubled"}}' {stripe}/_sandbox/faults"""),
    )
    return "\nEverything is left running; Ctrl-C ends it.\n" + "\n".join(f"  {name:<30}{what}" for name, what in lines)
