"""``make bench``: every figure, printed as a table and written to ``build/bench.json``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench import (
    aid_desk,
    aid_limits,
    bus,
    busy_hall,
    city_of_places,
    cold_start,
    dashboard,
    ingest,
    live_page,
    many_devices,
    pages,
    reaction,
    report_city,
    report_year,
    throughput,
)
from tests.bench.figures import Figure, show, write
from tests.parts import Mosquitto, skip_unless

PARTS = {
    "throughput": throughput.measure,
    "reaction": reaction.measure,
    "cold-start": cold_start.measure,
    "bus": bus.measure,
    "busy-hall": busy_hall.measure,
    "many-devices": many_devices.measure,
    "pages": pages.measure,
    "ingest": ingest.measure,
    "dashboard": dashboard.measure,
    "live-page": live_page.measure,
    "city-of-places": city_of_places.measure,
    "aid-worklist": aid_desk.measure_list,
    "aid-search": aid_desk.measure_search,
    "aid-limits": aid_limits.measure,
    "report-city": report_city.measure,
    "report-year": report_year.measure,
}


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(PARTS)
    if unknown:
        sys.stderr.write(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}\n")
        return 2
    figures: list[Figure] = []
    for name in wanted or list(PARTS):
        with tempfile.TemporaryDirectory(prefix="hall-bench-") as folder:
            broker = Mosquitto(skip_unless("mosquitto"), Path(folder))
            broker.start()
            try:
                figures += PARTS[name](Path(folder), broker)
            finally:
                broker.kill()
    sys.stdout.write(show(figures) + "\n")
    write(figures, Path("build/bench.json"))
    return 0


sys.exit(main(sys.argv[1:]))
