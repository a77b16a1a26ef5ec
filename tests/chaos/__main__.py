"""``make chaos ARGS="--hours 24 --speed 48"``: lives the day, prints the comparison, fails when it does not agree."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.chaos.fault_day import Wish, live, say
from tests.journeys.house import House


def main() -> int:
    asked = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    asked.add_argument("--hours", type=float, default=24.0, help="of the people's time")
    asked.add_argument("--speed", type=float, default=48.0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--fault-every", type=float, default=6.0, help="seconds of the wall")
    given = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hall-chaos-"))
    house = House(folder, None)
    try:
        wish = Wish(hours=given.hours, speed=given.speed, seed=given.seed, fault_every_s=given.fault_every)
        outcome = live(house, wish)
    finally:
        house.end()
    sys.stdout.write(say(outcome, folder) + "\n")
    return 1 if outcome.wrong else 0


sys.exit(main())
