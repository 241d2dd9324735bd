"""Stripe's ids, from a seed and a counter: the same story has the same ids every time it is told."""

import hashlib
import itertools

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Ids:
    """Ids unique within one stand-in."""

    def __init__(self, seed: str) -> None:
        self._seed = hashlib.blake2b(seed.encode(), digest_size=16).digest()
        self._counter = itertools.count(1)

    def new(self, prefix: str, length: int = 24) -> str:
        """`prefix_` and letters and digits, as in `pi_3Nb…`."""
        return f"{prefix}_{self.text(length)}"

    def text(self, length: int) -> str:
        """Letters and digits that were not given before."""
        digest = hashlib.blake2b(
            str(next(self._counter)).encode(), key=self._seed, digest_size=min(length, 64)
        ).digest()
        return "".join([_ALPHABET[byte % 62] for byte in digest])
