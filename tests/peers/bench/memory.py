"""Peak memory of a process that reads a day of 100,000 conversations page by page. One JSON line.

usage: memory.py   (with pegcount importable; a process of its own, or the peak is someone else's)
"""

import itertools
import json
import resource

from page import sandbox
from pegcount import Client

AT = (10, 100, 500, 1000)


def main():
    peaks, rows = {}, 0
    with sandbox("large") as org:
        interval = org.pop("interval")
        client = Client(
            api_url=org["api"],
            login_url=org["login"],
            client_id=org["client_id"],
            client_secret=org["client_secret"],
            pace=1_000_000,
            token_store=False,
            progress=False,
        )
        start, end = interval.split("/")
        noon = start.replace("T00", "T12")
        with client:
            # The server pages through 100,000 hits at the most, and the whole day has a few more.
            halves = f"{start}/{noon}", f"{noon}/{end}"
            reports = [client.conversations(half, via="query", page_size=100) for half in halves]
            for number, page in enumerate(itertools.chain(*reports), 1):
                rows += sum(len(table) for table in page.tables.values())
                if number in AT:
                    peaks[number] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                if number == AT[-1]:
                    break
    print(json.dumps({"peak_mb": peaks, "rows": rows}))


main()
