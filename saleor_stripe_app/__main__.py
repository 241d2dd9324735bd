"""`python -m saleor_stripe_app` is the same as the command `saleor-stripe`."""

from saleor_stripe_app.cli import main

main()
