"""Jobs in a process of their own, so that a crash, a lack of memory or a kill there harms nobody here.

A `Worker` starts `python -m poseforge.worker` when it is first needed, and keeps it: imports are paid for once. The two speak
in lines of JSON over pipes. In: {"run": folder} and {"cancel": folder}, and the end of the stream, which ends the worker. Out:
the events of the one job that runs. What is printed meanwhile, by whatever library, goes to the log in the job's folder.

`python -m poseforge.worker FOLDER` does the job of a folder again, in the terminal.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Condition, Thread, Timer
from time import monotonic
from typing import IO, Any

from poseforge.errors import InvalidValue, PoseForgeError
from poseforge.jobs import LOG, Event, Request, Tell, attempt, conclude, read_request

GRACE_S = 5.0
"""How long a job that is asked to end may take for it."""

NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""On Windows a program without a console would get one for its child."""

_QUIET_S = 0.05
"""Progress is told at most this often: nobody sees more."""


@dataclass(eq=False)
class _Job:
    request: Request
    tell: Tell
    sent: bool = False
    cancelled: bool = False


class Worker:
    """Runs jobs one after another in one other process, which is started when it is needed and again when it has died.

    All methods may be called from any thread and do not wait, but for `close`. Each job's events go to the function that came
    with it, on a thread of the worker's own, except for those that end a job which never began.
    """

    def __init__(self, grace_s: float = GRACE_S) -> None:
        self._grace_s = grace_s
        self._changed = Condition()  # guards all that follows
        self._jobs: deque[_Job] = deque()  # the first is the one that runs
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: Thread | None = None
        self._closed = False

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def unfinished(self) -> tuple[Request, ...]:
        """The job that runs, and those that wait."""
        with self._changed:
            return tuple(job.request for job in self._jobs)

    @property
    def pid(self) -> int | None:
        """Of the process, if there is one now."""
        with self._changed:
            return self._process.pid if self._process else None

    def submit(self, request: Request, tell: Tell) -> None:
        """Run a job after those that were submitted before. Raises InvalidValue once the worker is closed."""
        with self._changed:
            if self._closed:
                raise InvalidValue("the worker is closed and takes no more jobs")
            self._jobs.append(_Job(request, tell))
            self._changed.notify()
            if self._thread is None:
                self._thread = Thread(target=self._serve, name="poseforge-worker", daemon=True)
                self._thread.start()

    def cancel(self, request: Request) -> None:
        """End a job at its next step; if that does not come soon, with its process. One that is over stays as it was."""
        with self._changed:
            job = next((job for job in self._jobs if job.request == request and not job.cancelled), None)
            if job is None:
                return
            job.cancelled = True
            waits = job is not self._jobs[0]
            if waits:
                self._jobs.remove(job)
            elif job.sent:
                self._say("cancel", job)
                timer = Timer(self._grace_s, self._kill, [job])
                timer.daemon = True
                timer.start()
        if waits:
            _told(job, conclude(job.request, Event("cancelled")))

    def rest(self) -> bool:
        """End the process, and with it whatever memory it has kept; a later job starts another. False if a job is at work."""
        with self._changed:
            if self._jobs:
                return False
            process, self._process = self._process, None
        if process:
            _shut(process.stdin)
            process.kill()
            process.wait()
            _shut(process.stdout)
        return True

    def close(self) -> None:
        """Cancel all jobs and end the process: soon if it listens, by force if not. Waits for that."""
        with self._changed:
            self._closed = True
            waiting = [self._jobs.pop() for _ in range(len(self._jobs) - 1)]
            for job in self._jobs:
                job.cancelled = True
            if self._process:
                _shut(self._process.stdin)
            self._changed.notify()
        for job in reversed(waiting):
            _told(job, conclude(job.request, Event("cancelled")))
        if self._thread:
            self._thread.join(self._grace_s)
            self._kill()
            self._thread.join(self._grace_s)

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs or self._closed)
                if not self._jobs:
                    break
                job = self._jobs[0]
            event = self._run(job)
            with self._changed:
                self._jobs.popleft()
            _told(job, event)
        self._gone()

    def _run(self, job: _Job) -> Event:
        """Have a job done; its last event, which is not told yet."""
        warm, heard = self._process is not None, False
        try:
            process = self._started(job)
        except OSError as error:
            return conclude(job.request, Event("failed", f"the worker cannot be started ({error.strerror or error})"))
        with self._changed:
            if job.cancelled:
                return conclude(job.request, Event("cancelled"))
            job.sent = True
            self._say("run", job)
        assert process.stdout is not None
        for line in process.stdout:
            try:
                event = Event(**json.loads(line))
            except (ValueError, TypeError):  # cut short by its death
                break
            if event.last:
                return event
            heard = True
            _told(job, event)
        code = self._gone()
        if warm and not heard and not job.cancelled:  # it died while it was idle, and the job never reached it
            return self._run(job)
        return conclude(job.request, Event("cancelled") if job.cancelled else Event("failed", _of_death(code, job.request)))

    def _started(self, job: _Job) -> subprocess.Popen[bytes]:
        """The process, which is not known to be dead. Before it can say where a new one's errors go, they go to the log."""
        with self._changed:
            alive = self._process is not None and self._process.poll() is None
        if not alive:
            self._gone()
            with open(job.request.folder / LOG, "ab") as log:
                # -P: what lies in the folder one happens to be in is not imported.
                command = [sys.executable, "-P", "-m", "poseforge.worker"]
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, creationflags=NO_WINDOW
                )
            with self._changed:
                self._process = process
        assert self._process is not None
        return self._process

    def _say(self, what: str, job: _Job) -> None:
        """A line to the process. If it is dead, whoever reads from it will notice."""
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):
            self._process.stdin.write(json.dumps({what: str(job.request.folder)}).encode() + b"\n")
            self._process.stdin.flush()

    def _kill(self, job: _Job | None = None) -> None:
        """End the process by force, if it still is at that job."""
        with self._changed:
            if self._process and (job is None or (self._jobs and self._jobs[0] is job)):
                self._process.kill()

    def _gone(self) -> int:
        """Wait for the end of the process, if there is one, and return its exit code."""
        with self._changed:
            process = self._process
        if process is None:
            return 0
        _shut(process.stdin)
        code = process.wait()
        _shut(process.stdout)
        with self._changed:
            self._process = None
        return code


def _shut(stream: IO[bytes] | None) -> None:
    with suppress(OSError):  # what could not be said is not heard
        if stream:
            stream.close()


def _told(job: _Job, event: Event) -> None:
    try:
        job.tell(event)
    except Exception:  # the listener's mistake must not end the thread that serves all others
        traceback.print_exc()


def _of_death(code: int, request: Request) -> str:
    try:
        how = signal.Signals(-code).name
    except ValueError:
        how = f"exit code {code}"
    why = ", perhaps for want of memory" if how == "SIGKILL" else ""
    return (
        f"the process that did this died ({how}{why}); nothing else is harmed. What it last said is in {request.folder / LOG}"
    )


class _Orders:
    """What the other side wants, as it comes in on a thread: jobs in order, and which of them shall end."""

    def __init__(self, commands: IO[bytes]) -> None:
        self.jobs: SimpleQueue[str | None] = SimpleQueue()
        self._cancelled: set[str] = set()
        self._over = False
        Thread(target=self._listen, args=[commands], daemon=True).start()

    def cancelled(self, folder: str) -> bool:
        return self._over or folder in self._cancelled

    def _listen(self, commands: IO[bytes]) -> None:
        with suppress(ValueError):  # a line that the other side's death has cut short
            for line in commands:
                order: dict[str, str] = json.loads(line)
                if "run" in order:
                    self._cancelled.discard(order["run"])
                    self.jobs.put(order["run"])
                else:
                    self._cancelled.add(order["cancel"])
        end = Timer(GRACE_S, os._exit, [1])  # nobody is there any more: the job may clean up, but not go on
        end.daemon = True
        end.start()
        self._over = True
        self.jobs.put(None)


def _serve() -> int:
    """Do jobs until the standard input ends."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the editor, which ends this process
    commands, events = _take_pipes()
    orders = _Orders(commands)
    while (folder := orders.jobs.get()) is not None:
        _do(Path(folder), _sender(events), partial(orders.cancelled, folder))
    return 0


def _do(folder: Path, tell: Tell, cancelled: Callable[[], bool]) -> None:
    try:
        _log_to(folder / LOG)
        request = read_request(folder)
    except (PoseForgeError, OSError) as error:
        return tell(Event("failed", str(error)))
    attempt(request, tell, cancelled)
    _log_to(Path(os.devnull))  # an open file could not be removed on Windows


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The two pipes for this module alone: nobody else, and no child, reads from the one or prints into the other."""
    commands, events = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    return commands, events


def _log_to(path: Path) -> None:
    """Have all that is printed, by Python or not, appended to a file."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)


def _sender(events: IO[bytes]) -> Callable[[Event], None]:
    told, spoken = Event("note"), 0.0

    def send(event: Event) -> None:
        nonlocal told, spoken
        now = monotonic()
        ends = event.done == event.total or event.text != told.text
        if event.kind == "progress" and not ends and now - spoken < _QUIET_S:
            return
        told, spoken = event, now
        with suppress(OSError):  # nobody listens any more; the end of the input tells so, too
            events.write(json.dumps(asdict(event)).encode() + b"\n")
            events.flush()

    return send


def _again(folder: Path) -> int:
    """Do the job of a folder, and print its events. The exit code: 0 done, 1 not, 2 no job."""
    try:
        request = read_request(folder)
    except PoseForgeError as error:
        print(error, file=sys.stderr)
        return 2
    _, events = _take_pipes()
    return 0 if attempt(request, _sender(events)).kind == "done" else 1


def main(arguments: list[Any]) -> int:
    return _again(Path(arguments[0])) if arguments else _serve()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
