"""Passes mypy only while the types are those that are documented."""

from datetime import datetime
from pathlib import Path

import kvs_records

with kvs_records.start(seed=[Path("a"), "b"], config="c", env={"A": "b"}, log=print) as server:
    operations: "list[str]" = [request["operation"] for request in server.requests(operation="getRecord")]
    server.clock(datetime.now())
    server.clock(offset_secs=1)
    server.faults({"status": 503})
    text: str = server.url + server.token + server.env["APIFY_TOKEN"]

kvs_records.start(seeds="a")  # type: ignore[call-arg]
