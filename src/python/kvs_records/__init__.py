"""The key-value stores of the Apify API, on your own machine: starts the server for tests."""

from ._server import Server, start

__all__ = ["Server", "start"]
