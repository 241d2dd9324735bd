"""Parts of fees and transfers in proportion, in whole minor units."""


def share(total: int, part: int, whole_amount: int, left: int, *, whole: bool) -> int:
    """What of `total` goes with `part` of `whole_amount`, halves rounded up, never more than is `left`.

    The last part takes all that is left, so that nothing remains. How Stripe rounds is not documented.
    """
    if whole:
        return left
    return min(left, (2 * total * part + whole_amount) // (2 * whole_amount))
