"""The commands."""

import typer

main = typer.Typer(name="saleor-stripe", no_args_is_help=True)
