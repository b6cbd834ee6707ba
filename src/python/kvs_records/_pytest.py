"""The pytest fixtures, found by an entry point."""

from typing import Any, Dict, Iterator

import pytest

from ._server import Server, start


@pytest.fixture(scope="session")
def kvs_records_options() -> Dict[str, Any]:
    """The arguments of ``kvs_records.start``: override it in ``conftest.py``."""
    return {}


@pytest.fixture(scope="session")
def _kvs_records_server(kvs_records_options: Dict[str, Any]) -> Iterator[Server]:
    with start(**kvs_records_options) as server:
        yield server


@pytest.fixture
def kvs_records(_kvs_records_server: Server, kvs_records_options: Dict[str, Any]) -> Server:
    """A server for the session, as it was at its start: it is reset before each test, except with ``data`` or ``storage``."""
    if not {"data", "storage"} & set(kvs_records_options):
        _kvs_records_server.reset()
    return _kvs_records_server
