"""kvs_records.start and the command, where the wheel is installed. Needs nothing but the standard library: python -m unittest test_start"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timezone
from pathlib import Path
from unittest import mock

import kvs_records
from kvs_records import _program

SAMPLE = Path("sample").resolve()
PROGRAM = _program.find_program()


def send(server, method, path, body=None):
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.url}/v2/{path}", body, headers, method=method)
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or b"null")


def create(server, name):
    return send(server, "POST", f"key-value-stores?name={name}")["data"]


def programs_with(variable):
    """Gives the numbers of the running programs that have a variable in their environment."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and (folder / "comm").read_text().startswith("kvs-records"):
                if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        except OSError:
            pass  # It has ended meanwhile.
    return found


def until(condition):
    end = time.monotonic() + 10
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("It did not come true within ten seconds.")
        time.sleep(0.02)


class StartTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kvs records ")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, **arguments):
        server = kvs_records.start(**arguments)
        self.addCleanup(server.stop)
        return server

    def test_it_has_an_address_a_token_and_variables_for_the_tools(self):
        server = self.start()
        self.assertRegex(server.url, r"^http://127\.0\.0\.1:\d+$")
        self.assertEqual("apify_api_dev", server.token)
        self.assertEqual("dev", send(server, "GET", "users/me")["data"]["username"])
        bases = {name: server.url for name in ("APIFY_API_BASE_URL", "APIFY_API_PUBLIC_BASE_URL", "APIFY_CLIENT_BASE_URL")}
        self.assertEqual({**bases, "APIFY_TOKEN": "apify_api_dev"}, server.env)

    def test_the_first_user_of_a_configuration_file_is_the_one_of_the_token(self):
        config = self.folder / "kvs-records.json"
        text = '{ // a comment, and "a quote\n"kvsRecords": { /* "Users": [], */ "Users": [ { "Username": "alice", "Tokens": ["a//,]\\"}", ], }, ], }, }'
        config.write_text(text, encoding="utf-8-sig")
        server = self.start(config=config)
        self.assertEqual('a//,]"}', server.token)
        self.assertEqual("alice", send(server, "GET", "users/me")["data"]["username"])

    def test_a_reset_goes_back_to_the_seed(self):
        server = self.start(seed=SAMPLE / "storage")
        send(server, "PUT", "key-value-stores/dev~shop/records/new", b"{}")
        server.reset()
        with self.assertRaises(urllib.error.HTTPError):
            send(server, "GET", "key-value-stores/dev~shop/records/new")
        self.assertEqual("shop", send(server, "GET", "key-value-stores/dev~shop")["data"]["name"])

    def test_requests_are_listed_and_filtered(self):
        server = self.start()
        create(server, "shop")
        send(server, "GET", "key-value-stores")
        self.assertEqual(["createStore", "listStores"], [request["operation"] for request in server.requests()])
        self.assertEqual([201], [request["status"] for request in server.requests(operation="createStore")])

    def test_the_clock_stands_still_passes_with_an_offset_and_is_real_again(self):
        server = self.start()
        server.clock(datetime(2100, 1, 1, tzinfo=timezone.utc))
        self.assertEqual("2100-01-01T00:00:00.000Z", create(server, "a")["createdAt"])
        server.clock("2100-01-02T00:00:00Z")
        self.assertEqual("2100-01-02T00:00:00.000Z", create(server, "b")["createdAt"])
        for name, offset in (("c", -86400), ("d", None)):
            server.clock(offset_secs=offset)
            created = datetime.fromisoformat(create(server, name)["createdAt"].replace("Z", "+00:00")).timestamp()
            self.assertAlmostEqual(time.time() + (offset or 0), created, delta=60)
        with self.assertRaisesRegex(RuntimeError, "400"):
            server.clock("soon")

    def test_faults_go_wrong_as_they_are_set(self):
        server = self.start()
        server.faults({"operation": "listStores", "status": 503})
        with self.assertRaises(urllib.error.HTTPError) as caught:
            send(server, "GET", "key-value-stores")
        self.assertEqual(503, caught.exception.code)
        caught.exception.close()
        server.faults()
        send(server, "GET", "key-value-stores")
        with self.assertRaisesRegex(RuntimeError, "400.*effect"):
            server.faults({"effect": "none"})

    def test_a_folder_is_served_as_it_is_and_stores_are_kept_where_that_is_asked_for(self):
        with self.assertRaisesRegex(RuntimeError, "reset was answered with 403"):
            self.start(storage=SAMPLE / "storage").reset()
        with kvs_records.start(data=self.folder / "data") as first:
            store = create(first, "kept")["id"]
        second = self.start(data=str(self.folder / "data"))
        self.assertEqual("kept", send(second, "GET", f"key-value-stores/{store}")["data"]["name"])

    def test_other_settings_come_from_env_and_none_from_the_environment(self):
        with mock.patch.dict(os.environ, KVSRECORDS_STORAGE="/nowhere", APIFY_TOKEN="of-the-machine", HTTP_PROXY="http://127.0.0.1:9"):
            self.assertEqual("apify_api_dev", self.start().token)
            self.assertEqual([], self.start().requests())
        lines = []
        server = self.start(env={"APIFY_TOKEN": "of-the-test"}, log=lines.append)
        self.assertEqual("of-the-test", server.token)
        create(server, "shop")
        until(lambda: any("201" in line for line in lines))

    def test_what_the_program_says_is_in_the_error_when_it_does_not_start(self):
        with self.assertRaisesRegex(RuntimeError, "does not start(.|\n)*none.zip"):
            kvs_records.start(seed=self.folder / "none.zip")
        with mock.patch.dict(os.environ, KVS_RECORDS_BINARY="/no/program"):
            with self.assertRaisesRegex(FileNotFoundError, "/no/program.*KVS_RECORDS_BINARY.*container.*NET tool"):
                kvs_records.start()

    def test_a_C_library_that_does_not_fit_is_named(self):
        broken = self.folder / "broken"
        broken.write_text("#!/bin/sh\nexit 1\n")
        broken.chmod(0o755)
        for version, said in (("glibc 2.31", "needs glibc 2.34 or later .* glibc 2.31"), (ValueError(), "another C library, such as musl")):
            effect = {"side_effect": version} if isinstance(version, Exception) else {"return_value": version}
            with mock.patch.dict(os.environ, KVS_RECORDS_BINARY=str(broken)), mock.patch("os.confstr", **effect):
                with self.assertRaisesRegex(RuntimeError, said):
                    kvs_records.start()
        self.assertEqual("", _program.explain_libc())

    def test_on_windows_it_is_an_exe(self):
        with mock.patch("sys.platform", "win32"), self.assertRaisesRegex(FileNotFoundError, r"kvs-records\.exe"):
            _program.find_program()

    def test_several_servers_share_nothing_and_stop_may_be_called_twice(self):
        a, b = self.start(), self.start()
        create(a, "shop")
        self.assertEqual(0, send(b, "GET", "key-value-stores")["data"]["total"])
        a.stop()
        a.stop()
        with self.assertRaises(OSError):
            send(a, "GET", "key-value-stores")

    def test_the_server_ends_with_its_process_however_that_ends(self):
        for end in ("", "import os; os._exit(0)", "input()"):
            mark = f"KVS_RECORDS_TEST={uuid.uuid4()}"
            script = f"import kvs_records; kvs_records.start(env=dict([{mark!r}.split('=')])); print('ready', flush=True); {end}"
            process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            process.stdout.readline()
            if end == "input()":
                self.assertEqual(1, len(programs_with(mark)))
                process.kill()
            process.communicate()
            until(lambda: not programs_with(mark))


class CommandTests(unittest.TestCase):
    def test_every_argument_reaches_the_program_and_its_exit_code_comes_back(self):
        command = str(Path(sys.executable).with_name("kvs-records"))
        for wrapped in ([command], [sys.executable, "-m", "kvs_records"]):
            for arguments in (["--version"], ["--port", "a b"]):
                expected = subprocess.run([PROGRAM, *arguments], capture_output=True)
                actual = subprocess.run([*wrapped, *arguments], capture_output=True)
                self.assertEqual((expected.returncode, expected.stdout), (actual.returncode, actual.stdout))

    def test_a_signal_ends_it_and_nothing_stays(self):
        for number, code in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
            mark = f"KVS_RECORDS_TEST={uuid.uuid4()}"
            process = subprocess.Popen(
                [sys.executable, "-m", "kvs_records", "--ephemeral", "--port", "0"],
                env={**os.environ, "KVS_RECORDS_TEST": mark.split("=")[1]},
                stdout=subprocess.PIPE,
            )
            process.stdout.readline()
            process.send_signal(number)
            process.communicate()
            self.assertEqual(code, process.returncode)
            self.assertEqual([], programs_with(mark))

    def test_a_program_that_is_not_there_is_named(self):
        env = {**os.environ, "KVS_RECORDS_BINARY": "/no/program"}
        ended = subprocess.run([sys.executable, "-m", "kvs_records"], env=env, capture_output=True, text=True)
        self.assertEqual(1, ended.returncode)
        self.assertIn("/no/program", ended.stderr)
        self.assertNotIn("Traceback", ended.stderr)


if __name__ == "__main__":
    unittest.main()
