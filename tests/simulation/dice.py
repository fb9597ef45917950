"""Dice of the simulation: the same throws for the same seed."""

import random


def dice(seed: object) -> random.Random:
    """Dice that begin at `seed`, a number or words."""
    return random.Random(str(seed))
