"""Models: the list, the folder, fetching over bad connections, checking."""

import contextlib
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from poseforge import models
from poseforge.errors import FileProblem, InvalidValue
from poseforge.jobs import Event, prepare, run
from poseforge.models import Model, ModelFile

CONTENT = np.random.default_rng(5).bytes(700_001)
DIGEST = hashlib.sha256(CONTENT).hexdigest()

Answer = Callable[[BaseHTTPRequestHandler, int], None]


class Server:
    """A server on this machine that answers one after another as it was told, then always as it was told last."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, str | None]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append((self.path, self.headers["Range"]))
                answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                first = int(re.fullmatch("bytes=([0-9]+)-", self.headers["Range"] or "bytes=0-")[1])
                with contextlib.suppress(ConnectionError):  # whoever asked has gone
                    answer(self, first)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("POSEFORGE_MODELS", str(folder))
    monkeypatch.setenv("no_proxy", "*")
    return folder


def sends(content: bytes = CONTENT, *, until: int | None = None, ranges: bool = True, **headers: str | None) -> Answer:
    """The content, or its beginning `until` somewhere of it, after which the connection breaks off."""

    def answer(request: BaseHTTPRequestHandler, first: int) -> None:
        if first >= len(content) and first:
            return refuses(416, Content_Range=f"bytes */{len(content)}")(request, first)
        begin = first if ranges else 0
        partial = ranges and "Range" in request.headers
        request.send_response(206 if partial else 200)
        stated: dict[str, str | None] = {"Content-Length": str(len(content) - begin)}
        if partial:
            stated["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        for name, value in (stated | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            if value is not None:
                request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content[begin:until])
        request.close_connection = True

    return answer


def refuses(code: int, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler, first: int) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def wanted(server: Server, size: int | None = len(CONTENT), sha256: str | None = DIGEST) -> ModelFile:
    return ModelFile("kind/model.bin", f"{server.address}/at/model.bin", size, sha256)


def rest(file: ModelFile) -> Path:
    return file.place.with_name("model.bin.part")


def ranges(server: Server) -> list[str | None]:
    return [asked for _, asked in server.asked]


def test_a_file_comes_whole_and_is_told_of_on_the_way(server, place) -> None:
    server.answers = [sends()]
    told: list[tuple[int, int | None]] = []
    file = wanted(server)
    assert models.fetch(file, tell=lambda *now: told.append(now)) == place / "kind" / "model.bin"
    assert file.place.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert not rest(file).exists()
    models.fetch(file)
    assert len(server.asked) == 1  # what is there and right is not fetched again


def test_what_breaks_off_is_continued_where_it_was(server, place) -> None:
    server.answers = [sends(until=100_000), sends(until=400_000), sends()]
    assert models.fetch(wanted(server)).read_bytes() == CONTENT
    assert ranges(server) == [None, "bytes=100000-", "bytes=400000-"]


def test_what_brings_nothing_more_ends_and_what_came_is_kept(server, place) -> None:
    file = wanted(server)
    server.answers = [sends(until=100_000)]
    with pytest.raises(FileProblem, match=r"broke off at 100,000 of 700,001 bytes; what came is kept"):
        models.fetch(file)
    assert rest(file).read_bytes() == CONTENT[:100_000]
    assert not file.place.exists()
    server.answers = [sends()]
    assert models.fetch(file).read_bytes() == CONTENT


def test_a_server_that_cannot_continue_begins_again_and_nothing_is_lost(server, place) -> None:
    file = wanted(server)
    server.answers = [sends(until=300_000, ranges=False), sends(until=200_000, ranges=False)]
    with pytest.raises(FileProblem, match="broke off at 300,000"):
        models.fetch(file)
    server.answers = [sends(ranges=False)]
    assert models.fetch(file).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "answer",
    [
        sends(b"<html>sign in</html>"),
        sends(CONTENT + b"more"),
        sends(CONTENT[:-1]),
        sends(Content_Length=str(len(CONTENT) + 50)),
        sends(Content_Length="12"),
    ],
)
def test_another_size_is_another_file(server, place, answer) -> None:
    server.answers = [answer]
    file = wanted(server)
    with pytest.raises(FileProblem, match=r"is another file: .* expected 700,001"):
        models.fetch(file)
    assert not file.place.exists()


@pytest.mark.parametrize("stated", [None, "many"])
def test_a_server_that_states_no_size_is_held_to_the_known_one(server, place, stated) -> None:
    file = wanted(server)
    server.answers = [sends(Content_Length=stated)]
    assert models.fetch(file).read_bytes() == CONTENT
    file.place.unlink()
    server.answers = [sends(CONTENT + bytes(3_000_000), Content_Length=stated)]
    with pytest.raises(FileProblem, match="sends more than the 700,001 bytes"):
        models.fetch(file)
    assert not file.place.exists()


@pytest.mark.parametrize("length", [None, "15"])
def test_a_page_to_log_in_is_not_kept_as_the_beginning_of_a_file(server, place, length) -> None:
    server.answers = [sends(b"<html>hi</html>", Content_Type="text/html; charset=utf-8", Content_Length=length)]
    with pytest.raises(FileProblem, match="is a web page"):
        models.fetch(wanted(server))
    assert not any(path.stat().st_size for path in place.rglob("*.part"))


def test_wrong_bytes_get_no_name_and_are_not_continued(server, place) -> None:
    file = wanted(server)
    server.answers = [sends(CONTENT[:-1] + b"!")]
    with pytest.raises(FileProblem, match=rf"SHA-256 [0-9a-f]{{64}}, expected {DIGEST}; nothing was kept.*--from"):
        models.fetch(file)
    assert list((place / "kind").iterdir()) == []
    server.answers = [sends()]
    assert models.fetch(file).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refuses(404), "is not there"),
        (refuses(403), "needs permission"),
        (refuses(500), "error 500"),
        (refuses(416), "error 416"),
        (refuses(302, Location="ftp://127.0.0.1/model.bin"), "no safe address"),
        (refuses(302, Location="file:///etc/hostname"), "error 302"),
    ],
)
def test_refusals_are_told_in_words_and_keep_what_came(server, place, answer, words) -> None:
    file = wanted(server)
    server.answers = [answer]
    with pytest.raises(FileProblem, match=rf"model\.bin.*{words}.*--from"):
        models.fetch(file)
    assert models.state(file).word == "missing"
    rest(file).write_bytes(CONTENT[:10])
    if "416" not in words:
        with pytest.raises(FileProblem, match=words):
            models.fetch(file)
        assert rest(file).read_bytes() == CONTENT[:10]


def test_what_is_no_beginning_of_the_file_is_thrown_away(server, place) -> None:
    file = wanted(server, size=None)
    rest(file).parent.mkdir(parents=True)
    rest(file).write_bytes(bytes(len(CONTENT) + 5))
    server.answers = [sends()]
    assert models.fetch(file).read_bytes() == CONTENT
    assert ranges(server) == [f"bytes={len(CONTENT) + 5}-", None]


@pytest.mark.parametrize("content_range", ["bytes 500-700000/700001", "nonsense", ""])
def test_another_part_than_was_asked_for_is_refused(server, place, content_range) -> None:
    file = wanted(server)
    rest(file).parent.mkdir(parents=True)
    rest(file).write_bytes(CONTENT[:100])
    server.answers = [sends(Content_Range=content_range)]
    with pytest.raises(FileProblem, match="another part"):
        models.fetch(file)
    assert rest(file).read_bytes() == CONTENT[:100]


def test_all_that_came_needs_no_server(server, place) -> None:
    file = wanted(server)
    rest(file).parent.mkdir(parents=True)
    rest(file).write_bytes(CONTENT)
    assert models.fetch(file).read_bytes() == CONTENT
    assert server.asked == []
    unknown = wanted(server, size=None, sha256=None)
    rest(unknown).write_bytes(CONTENT)
    unknown.place.unlink()
    server.answers = [sends()]
    assert models.fetch(unknown).read_bytes() == CONTENT


def test_an_unknown_file_is_held_to_what_the_server_states(server, place) -> None:
    file = wanted(server, None, None)
    server.answers = [sends(until=50_000), sends()]
    assert models.fetch(file).read_bytes() == CONTENT
    file.place.unlink()
    server.answers = [
        refuses(302, Location=f"{server.address}/elsewhere", X_Linked_Etag=f'"{DIGEST}"'),
        sends(CONTENT[:-1] + b"!"),
    ]
    with pytest.raises(FileProblem, match=f"expected {DIGEST}"):
        models.fetch(file)
    server.answers = [refuses(302, Location=f"{server.address}/elsewhere", X_Linked_Etag=f'"{DIGEST}"'), sends()]
    assert models.fetch(file).read_bytes() == CONTENT
    assert server.asked[-1][0] == "/elsewhere"


def test_a_redirect_keeps_the_place_from_which_it_continues(server, place) -> None:
    file = wanted(server)
    rest(file).parent.mkdir(parents=True)
    rest(file).write_bytes(CONTENT[:600_000])
    server.answers = [refuses(302, Location="/elsewhere"), sends()]
    assert models.fetch(file).read_bytes() == CONTENT
    assert server.asked == [("/at/model.bin", "bytes=600000-"), ("/elsewhere", "bytes=600000-")]


def test_a_server_that_falls_silent_is_given_up(server, place, monkeypatch) -> None:
    monkeypatch.setattr(models, "_TIMEOUT_S", 0.1)

    def silent(request: BaseHTTPRequestHandler, first: int) -> None:
        sends(until=first or 1_000)(request, first)
        request.wfile.flush()
        time.sleep(0.4)

    server.answers = [silent]
    file = wanted(server)
    with pytest.raises(FileProblem, match="what came is kept"):
        models.fetch(file)
    assert rest(file).read_bytes() == CONTENT[:1_000]


def test_a_server_that_is_not_there_is_told(server, place) -> None:
    file = wanted(server)
    server.close()
    with pytest.raises(FileProblem, match=r"model\.bin: cannot be reached"):
        models.fetch(file)


def test_whoever_stops_it_keeps_what_came(server, place) -> None:
    server.answers = [sends()]
    file = wanted(server)

    def stop(done: int, total: int | None) -> None:
        if done > 200_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        models.fetch(file, tell=stop)
    came = rest(file).read_bytes()
    assert 200_000 < len(came) < len(CONTENT)
    assert came == CONTENT[: len(came)]
    assert models.state(file).word == "partly"
    assert models.fetch(file).read_bytes() == CONTENT
    assert ranges(server)[-1] == f"bytes={len(came)}-"


def test_a_folder_that_cannot_be_made_and_a_full_disk_are_told(server, place, monkeypatch) -> None:
    place.write_text("a file where the folder should be")
    server.answers = [sends()]
    with pytest.raises(FileProblem, match="cannot be kept"):
        models.fetch(wanted(server))
    place.unlink()
    huge = wanted(server, size=10**18)
    server.answers = [sends(Content_Length=str(10**18))]
    with pytest.raises(FileProblem, match="no room"):
        models.fetch(huge)


def test_a_mirror_stands_for_the_hub_alone(server, place) -> None:
    server.answers = [sends()]
    hub = ModelFile("a.bin", f"{models.HUB}/who/what/resolve/main/a.bin", len(CONTENT), DIGEST)
    assert models.fetch(hub, f"{server.address}/mirror/").read_bytes() == CONTENT
    assert server.asked == [("/mirror/who/what/resolve/main/a.bin", None)]
    other = wanted(server)
    models.fetch(other, "http://mirror.invalid")
    assert server.asked[-1][0] == "/at/model.bin"
    for wrong in ("hf-mirror.com", "ftp://hf-mirror.com", "", "file:///etc", "http://[::1/", "http://a:b/", "http://a\nb"):
        with pytest.raises(InvalidValue, match="source"):
            models.fetch(hub, wrong)


def test_a_job_fetches_models_and_tells_how_far_it_is(server, place, tmp_path, monkeypatch) -> None:
    server.answers = [sends()]
    files = tuple(replace(wanted(server), path=f"mine/{name}.bin") for name in "ab")
    monkeypatch.setitem(models.CATALOGUE, "mine", Model("mine", "tests", "none", files))
    told: list[Event] = []
    made = run(prepare(tmp_path / "jobs", "fetch", {"names": ["mine", "mine"]}), told.append)
    assert made == {"written": str(place)}
    assert all(file.place.read_bytes() == CONTENT for file in files)
    steps = [event.done for event in told]
    assert steps == sorted(steps)
    assert (told[-1].done, told[-1].total) == (2000, 2000)
    assert any(event.detail.startswith("b.bin") for event in told)


def test_states(server, place) -> None:
    file = wanted(server)
    assert models.state(file).word == "missing"
    file.place.parent.mkdir(parents=True)
    rest(file).write_bytes(CONTENT[:9])
    assert models.state(file) == models.State("partly", "9 bytes of 700,001")
    file.place.write_bytes(CONTENT[:-1])
    assert models.state(file) == models.State("wrong", "700,000 bytes, expected 700,001")
    file.place.write_bytes(CONTENT[:-1] + b"!")
    assert models.state(file).word == "there"
    assert models.state(file, thorough=True).word == "wrong"
    file.place.write_bytes(CONTENT)
    assert models.state(file, thorough=True) == models.State("there", "700,001 bytes")
    assert "not known" in models.state(wanted(server, None, None), thorough=True).seen


def test_the_folder_is_the_one_that_was_chosen(monkeypatch, tmp_path, home) -> None:
    monkeypatch.delenv("POSEFORGE_MODELS", raising=False)
    assert models.folder() == home / "models"
    monkeypatch.delenv("POSEFORGE_HOME")
    assert models.folder().parts[-2:] == ("poseforge", "models")
    monkeypatch.setenv("POSEFORGE_MODELS", str(tmp_path / "here"))
    assert models.folder() == tmp_path / "here"
    monkeypatch.setenv("POSEFORGE_MODELS", "~/there")
    assert "~" not in str(models.folder())


def test_every_model_says_where_it_is_from_and_what_is_known_of_it() -> None:
    for model in models.CATALOGUE.values():
        assert model.purpose
        assert model.licence
        for file in model.files:
            assert file.address.startswith("https://")
            assert file.address.endswith(Path(file.path).name)
            assert file.sha256 is None or re.fullmatch("[0-9a-f]{64}", file.sha256)
            assert (file.size is None) == (file.sha256 is None)
    paths = {file.path: file for model in models.CATALOGUE.values() for file in model.files}
    assert all(paths[file.path] == file for model in models.CATALOGUE.values() for file in model.files)


def test_a_file_is_found_or_told_how_to_be_fetched(place) -> None:
    with pytest.raises(FileProblem, match=r"yolox_l\.onnx: no such file; `poseforge models fetch dwpose`"):
        models.find("dwpose", "yolox_l.onnx")
    (place / "dwpose").mkdir(parents=True)
    (place / "dwpose" / "yolox_l.onnx").write_bytes(b"x")
    assert models.find("dwpose", "yolox_l.onnx") == place / "dwpose" / "yolox_l.onnx"
    assert [file.place.name for file in models.missing("dwpose")] == ["dw-ll_ucoco_384.onnx"]
    with pytest.raises(InvalidValue, match="no model 'dwpse'; there are dwpose"):
        models.get("dwpse")


@pytest.fixture
def catalogue(server, place, monkeypatch) -> dict[str, Model]:
    hub = ModelFile("small/a.bin", f"{models.HUB}/a.bin", len(CONTENT), DIGEST)
    made = {"small": Model("small", "to try", "CC0", (hub,)), "other": Model("other", "to try", "CC0", (wanted(server),))}
    monkeypatch.setattr(models, "CATALOGUE", made)
    return made


def test_the_commands(run, server, catalogue, place) -> None:
    code, out, _ = run("models", "list")
    assert code == 0
    assert "small: to try (1 MB; CC0)" in out
    assert "missing" in out
    assert run("models", "path")[1].strip() == str(place)
    assert run("models", "verify")[0] == 1
    assert run("models", "verify", "small")[0] == 1
    server.answers = [sends()]
    code, out, errors = run("models", "fetch", "small", "--from", server.address)
    assert (code, errors) == (0, "")
    assert "small is there (CC0)" in out
    rows = json.loads(run("models", "list", "--json")[1])
    assert [[file["state"] for file in row["files"]] for row in rows] == [["there"], ["missing"]]
    assert run("models", "verify", "small")[0] == 0
    (place / "small" / "a.bin").write_bytes(CONTENT[:-1] + b"!")
    code, out, _ = run("models", "verify")
    assert code == 1
    assert "expected" in out


def test_the_commands_tell_what_is_wrong_in_a_line(run, server, catalogue) -> None:
    assert run("models", "fetch", "nonsense")[0] == 2
    server.answers = [refuses(404)]
    code, _, errors = run("models", "fetch", "other")
    assert code == 2
    assert errors.count("\n") == 1
    assert "is not there (404)" in errors
    code, _, errors = run("models", "fetch", "small", "--from", "mirror")
    assert code == 2
    assert "is no address" in errors


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_stopping_the_command_says_that_it_can_be_continued(server, place) -> None:
    file = models.get("dwpose").files[0]
    stopped = threading.Event()

    def slow(request: BaseHTTPRequestHandler, first: int) -> None:
        sends(Content_Length=str(file.size))(request, first)
        request.wfile.flush()
        stopped.wait(20)

    server.answers = [slow]
    command = [sys.executable, "-m", "poseforge", "models", "fetch", "dwpose", "--from", server.address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        part = file.place.with_name(file.place.name + ".part")
        while process.poll() is None and not (part.is_file() and part.stat().st_size > 100_000):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    stopped.set()
    assert process.returncode == 130
    assert "the same command continues" in errors
    came = part.read_bytes()
    assert came == CONTENT[: len(came)]
    assert came


def test_the_doctor_tells_of_detectors_and_models(run, place) -> None:
    def rows() -> dict[str, dict[str, str]]:
        return {row["name"]: row for row in json.loads(run("doctor", "--json")[1])}

    before = rows()
    assert "poseforge models fetch dwpose" in before["detector dwpose"]["seen"]
    assert before["model dwpose"]["mend"] == "poseforge models fetch dwpose"
    assert "2 of 2 files" in before["model dwpose"]["seen"]
    for file in models.get("dwpose").files:
        file.place.parent.mkdir(parents=True, exist_ok=True)
        file.place.touch()
        os.truncate(file.place, file.size)
    after = rows()
    assert after["model dwpose"]["state"] == "ok"
    assert after["detector dwpose"]["state"] == before["detect"]["state"] == "ok"
    assert after["model echomimic-v2"]["state"] == "optional"


def test_a_file_is_fetched_by_one_at_a_time(server, place) -> None:
    refused = []

    def second(done, total) -> None:
        if not refused:
            with pytest.raises(FileProblem, match="is being fetched already"):
                models.fetch(file)
            refused.append(done)

    server.answers = [sends()]
    file = wanted(server)
    assert models.fetch(file, tell=second).read_bytes() == CONTENT
    assert refused
    assert [path.name for path in (place / "kind").iterdir()] == ["model.bin"]
    assert len(server.asked) == 1
