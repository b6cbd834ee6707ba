"""A server for tests: starts the program on a port of its own, and steers it under /_emulator."""

import atexit
import json
import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Union

from ._program import explain_libc, find_program

_Path = Union[str, "os.PathLike[str]"]

_DEVELOPMENT_TOKEN = "apify_api_dev"
_FOREIGN = re.compile("(KVSRECORDS|APIFY|CRAWLEE|ACTOR)_", re.IGNORECASE)
_STRING = r'("(?:\\.|[^"\\])*")|'

# Proxies of the environment are for other machines.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def start(
    *,
    seed: Union[_Path, Sequence[_Path], None] = None,
    data: Optional[_Path] = None,
    storage: Optional[_Path] = None,
    config: Optional[_Path] = None,
    env: Optional[Mapping[str, str]] = None,
    log: Optional[Callable[[str], None]] = None,
) -> "Server":
    """Starts a server that answers when this returns. It ends with ``stop()``, at the end of a ``with``, or with this process.

    :param seed: crawlers' storage folders, or ``NAME.zip`` with the records of the store NAME; loaded at the start and by a reset
    :param data: a folder to keep stores in, instead of a temporary one; a reset is refused there
    :param storage: a crawler's folder to serve as it is, read-only, instead of a temporary one; a reset is refused there
    :param config: a configuration file, with users and stores
    :param env: other settings, such as ``{"KVSRECORDS_RATE_LIMIT": "service"}``; by default no rate is limited
    :param log: takes each line that the server prints, in a thread of its own
    :raises RuntimeError: it does not start; the message has what the program printed
    """
    env = env or {}
    command = [find_program()]
    if data is None and storage is None:
        command.append("--ephemeral")
    for flag, path in (("--data", data), ("--storage", storage), ("--config", config)):
        if path is not None:
            command += [flag, os.fspath(path)]
    seeds = [] if seed is None else [seed] if isinstance(seed, (str, os.PathLike)) else seed
    for path in seeds:
        command += ["--seed", os.fspath(path)]

    output = _Output(log)
    process = subprocess.Popen(
        command,
        env=_variables(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    url = output.wait_for_address(process)
    return Server(process, url, _first_token(config or env.get("KVSRECORDS_CONFIG"), env))


class Server:
    """A running server."""

    def __init__(self, process: "subprocess.Popen[str]", url: str, token: Optional[str]) -> None:
        self._process = process
        #: The address, without a path: the base URL of the official clients.
        self.url = url
        #: The token of the first user.
        self.token = token or ""
        #: Variables that point the Apify SDK and ``apify-cli`` here.
        self.env: Dict[str, str] = {
            name: value
            for name, value in (
                ("APIFY_API_BASE_URL", url),
                ("APIFY_API_PUBLIC_BASE_URL", url),
                ("APIFY_CLIENT_BASE_URL", url),
                ("APIFY_TOKEN", self.token),
            )
            if value
        }
        atexit.register(self.stop)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def reset(self) -> None:
        """Makes everything as it was at the start: only the seeds, no requests, no faults, the real time."""
        self._call("POST", "reset")

    def requests(self, **conditions: object) -> List[Dict[str, Any]]:
        """Lists the requests that came since the start or the last reset, the oldest first.

        :param conditions: ``method``, ``operation``, ``store``, ``key``, ``status``, ``since``; all must hold
        """
        items: List[Dict[str, Any]] = self._call("GET", "requests?" + urllib.parse.urlencode(conditions))["items"]
        return items

    def clock(self, time: Union[datetime, str, None] = None, *, offset_secs: Optional[float] = None) -> None:
        """Sets a time that stands still, or one that passes with an offset; without either, the real time again."""
        if offset_secs is not None:
            self._call("PUT", "clock", {"offsetSecs": offset_secs})
        elif time is not None:
            text = time.astimezone(timezone.utc).isoformat() if isinstance(time, datetime) else time
            self._call("PUT", "clock", {"instant": text})
        else:
            self._call("DELETE", "clock")

    def faults(self, *rules: Mapping[str, Any]) -> None:
        """Sets the faults from now on, in place of earlier ones; without any, no request goes wrong."""
        self._call("PUT", "faults", rules)

    def stop(self) -> None:
        """Ends it, also in the middle of answers, and removes its temporary folder."""
        atexit.unregister(self.stop)
        self._process.terminate()
        self._process.wait()

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_emulator/{path}", data, {"Content-Type": "application/json"} if data else {}, method=method
        )
        try:
            with _opener.open(request) as response:
                answer = response.read()
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode(errors="replace")
            raise RuntimeError(f"{method} /_emulator/{path} was answered with {error.code}: {text}") from None
        return json.loads(answer)["data"] if answer else None


class _Output:
    """The lines of the program. All are read, also later: a full pipe would stop it."""

    def __init__(self, log: Optional[Callable[[str], None]]) -> None:
        self._log = log
        self._said: List[str] = []
        self._address: Optional[str] = None
        self._known = threading.Event()

    def wait_for_address(self, process: "subprocess.Popen[str]") -> str:
        threading.Thread(target=self._read, args=(process,), name="kvs-records", daemon=True).start()
        try:
            self._known.wait()
        except BaseException:
            process.kill()
            raise
        if self._address:
            return self._address
        reason = f"kvs-records does not start: it ended with {process.wait()}"
        raise RuntimeError("\n".join(filter(None, [reason, *self._said, explain_libc()])))

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout
        with process.stdout as lines:
            for line in lines:
                line = line.rstrip("\n")
                if self._log:
                    self._log(line)
                if self._address:
                    continue
                self._said.append(line)
                match = re.match(r"KvsRecords listening on (\S+)", line)
                if match:
                    self._address = match[1]
                    self._known.set()
        self._known.set()


def _variables(env: Mapping[str, str]) -> Dict[str, str]:
    # Nothing of the machine's settings shall change a test; the defaults are those of a test, and 'env' has the last word.
    variables = {name: value for name, value in os.environ.items() if not _FOREIGN.match(name)}
    variables.update(KVSRECORDS_PORT="0", KVSRECORDS_RATE_LIMIT="off", KVSRECORDS_SHUTDOWN_TIMEOUT="0")
    # Where this process is killed, the program sees it and ends. Windows names no parent, and the program refuses the setting there.
    if sys.platform != "win32":
        variables["KVSRECORDS_EXIT_WITH_PARENT"] = "true"
    variables.update(env)
    return variables


def _first_token(config: Optional[_Path], env: Mapping[str, str]) -> Optional[str]:
    # As the server reads the configuration: with comments, trailing commas, and names in any case.
    def get(section: Any, name: str) -> Any:
        return next((value for key, value in (section or {}).items() if key.lower() == name), None)

    text = Path(config).read_text(encoding="utf-8-sig") if config else "{}"
    for unwanted in (r"//[^\n]*|/\*[\s\S]*?\*/", r",(?=\s*[}\]])"):
        text = re.sub(_STRING + unwanted, lambda match: match[1] or "", text)
    users = get(get(json.loads(text), "kvsrecords"), "users")
    if users:
        tokens = get(users[0], "tokens")
        return tokens[0] if tokens else None
    return env.get("APIFY_TOKEN", _DEVELOPMENT_TOKEN)
