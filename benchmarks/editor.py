"""How fast the editor answers: `python -m benchmarks.editor`.

On Qt's offscreen platform and, where the system can, on one core. The project is that of `benchmarks.timeline`: 10,000 frames,
6 tracks, 200 clips, 27,000 keys. An answer ends when nothing is left to do: all that is seen has been painted.
"""

from __future__ import annotations

import ctypes
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from benchmarks.timeline import FRAMES, make
from poseforge.gui.app import make_app
from poseforge.gui.timeline_rows import Row
from poseforge.gui.window import Window
from poseforge.projects import save_project
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.edits.poses import joints_of
from poseforge.timeline.project import Project, of_sequence, resting

PROGRAM = """
import os, sys
from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QTimer

from poseforge.cli import main
from poseforge.gui.app import make_app

def seen():
    while QAbstractEventDispatcher.instance().processEvents(QEventLoop.ProcessEventsFlag.AllEvents):
        pass
    print("seen", flush=True)
    os._exit(0)

app = make_app()
QTimer.singleShot(0, app, seen)
sys.argv = ["poseforge", "edit"]
main()
"""
"""`poseforge edit` that ends when its window has been painted and nothing is left to do."""

SEEKS = 300
STEPS = 64
UNDOS = 50
SCRUBS = 10_000
BOTH = "8 and 16 ms"

Deed = Callable[[], object]


def settle() -> None:
    """Let all happen that is about to."""
    loop = QAbstractEventDispatcher.instance()
    while loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents):
        pass


def answers(deeds: Iterable[Deed]) -> list[float]:
    """Seconds from each deed until it has been answered."""
    taken = []
    for deed in deeds:
        begin = time.perf_counter()
        deed()
        settle()
        taken.append(time.perf_counter() - begin)
    return taken


def show(what: str, taken: list[float], target: str = "") -> None:
    """The median and the 95th percentile."""
    late = sorted(taken)[int(0.95 * (len(taken) - 1))]
    print(f"{what:<36}{statistics.median(taken) * 1e3:9.1f} ms{late * 1e3:9.1f} ms   {target}", flush=True)


def starts(folder: Path, times: int = 5) -> list[float]:
    """Seconds from the program's start to a window that can be used, with Python's bytecode kept as it is for a user."""
    surroundings = os.environ | {"PYTHONPYCACHEPREFIX": str(folder)}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    taken = []
    for _ in range(times + 1):
        begin = time.perf_counter()
        with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True, env=surroundings) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "seen\n"
            taken.append(time.perf_counter() - begin)
    return taken[1:]  # the first one fills the disk's cache and compiles


def opened(window: Window, project: Project, folder: Path) -> float:
    """Seconds from a project's file to the window that shows it."""
    path = folder / "large.poseforge"
    save_project(project, path)
    begin = time.perf_counter()
    window.documents.open_path(path)
    while window.documents.path != path:
        settle()
    settle()
    return time.perf_counter() - begin


def seeks(window: Window, frames: Iterable[int]) -> list[float]:
    return answers(lambda frame=frame: window.session.seek(frame) for frame in frames)


def dragged(window: Window, widget: QWidget, path: list[QPoint]) -> list[float]:
    """Seconds of each step of a drag with the left button, which is undone."""
    session = window.session
    before = session.history.project
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=path[0])
    answers(lambda place=place: QTest.mouseMove(widget, place) for place in path[1:4])  # a drag begins after some pixels
    assert session.dragging
    taken = answers(lambda place=place: QTest.mouseMove(widget, place) for place in path[4:])
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=path[-1])
    settle()
    assert session.history.project is not before
    session.undo()
    settle()
    return taken


def joint_dragged(window: Window, track: str, joint: str) -> list[float]:
    """The same of a joint on the canvas, twice around a circle."""
    stage = window.canvas.stage
    window.session.select(track=track, joints=[joint])
    settle()
    x, y = stage.points()[wholebody_134.index(joint)].tolist()
    angles = np.linspace(0, 4 * np.pi, STEPS)
    path = np.stack([x + 30 * np.sin(angles), y + 30 * (1 - np.cos(angles))], axis=1)
    return dragged(window, stage, [QPoint(*place) for place in path.round().astype(int).tolist()])


def rested(project: Project, track: str, frame: int) -> Project:
    """The project with a performer that a person would drag: at rest at a frame, not in a pose of random angles."""
    rig, mine = project.rig, joints_of(project, project.track(track))
    angles = zip(rig.skeleton.joints, rig.angles(rig.stance).tolist(), strict=True)
    return edits.set_pose(project, track, frame, {joint: tuple(values) for joint, values in angles if joint in mine})


def row_of(window: Window, track: str) -> Row:
    """The row of a track on the timeline, brought into view."""
    timeline = window.timeline
    row = next(row for row in timeline.rows if row.track and row.track.id == track)
    timeline.verticalScrollBar().setValue(row.top)
    settle()
    return row


def time_dragged(window: Window, track: str, frame: int) -> list[float]:
    """The same of what lies at a frame of a track on the timeline, forward by eight pixels at a time."""
    timeline = window.timeline
    window.session.seek(frame)
    timeline.fit()
    timeline.zoom(50)
    settle()
    row = row_of(window, track)
    start = QPointF(timeline.view.x(frame), timeline.view.row_rect(row).center().y())
    path = [(start + QPointF(8 * i, 0)).toPoint() for i in range(STEPS)]
    taken = dragged(window, timeline.viewport(), path)
    timeline.fit()
    settle()
    return taken


def edited(window: Window, count: int) -> None:
    """Make steps of several kinds to undo."""
    session, random = window.session, np.random.default_rng(5)
    for i in range(count):
        frame, share = int(random.integers(FRAMES)), float(random.random())
        kinds: tuple[Callable[[Project], Project], ...] = (
            lambda now: edits.pose_hand(now, "left", "left", frame, edits.HandPose(curl={"index": share})),  # noqa: B023
            lambda now: edits.move_joint(now, "base", "left_index_1", frame, (share, share)),  # noqa: B023
            lambda now: edits.move_clip(now, f"m{i % 100}", frame),  # noqa: B023
            lambda now: edits.key_pose(now, "right", frame),  # noqa: B023
        )
        assert session.apply(f"Step {i}", kinds[i % len(kinds)])
        settle()


def megabytes() -> float:
    """What this process has in memory, less what the C library keeps of what was freed; NaN where the system does not say."""
    gc.collect()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), float("nan"))


def grown(window: Window, *rounds: Iterable[Deed]) -> list[float]:
    """By how many megabytes the process grew in each of some rounds after the first. What grows without end does in the last
    one as well; caches have their bounds.
    """
    sizes = []
    for deeds in rounds:
        answers(deeds)
        window.documents.autosave.wait()
        sizes.append(megabytes())
    return [after - before for before, after in pairwise(sizes)]


def show_growth(what: str, growth: list[float]) -> None:
    print(f"{what:<36}{', '.join(f'{one:+.1f}' for one in growth)} MB   flat", flush=True)


def measure(window: Window, project: Project, folder: Path) -> None:
    session, random = window.session, np.random.default_rng(1)
    show("opening the project", [opened(window, project, folder)])
    session.select(track="left", joints=["left_index_2"])
    settle()
    show("frame change, anywhere", seeks(window, random.integers(0, FRAMES, SEEKS).tolist()), BOTH)
    show("frame change, the next frame", seeks(window, range(3000, 3000 + SEEKS)), BOTH)
    session.seek(2400)
    for track in ("performer", "left", "right"):
        session.apply("Rest", lambda now: rested(now, track, 2400))  # noqa: B023
    show("drag of a wrist, performer", joint_dragged(window, "performer", "left_wrist"), BOTH)
    show("drag of a fingertip, performer", joint_dragged(window, "left", "left_index_4"), BOTH)
    session.replace_project(of_sequence(bake(resting(FRAMES))))
    show("drag of a point, detected", joint_dragged(window, "poses", "nose"), BOTH)
    show("drag of a fingertip, detected", joint_dragged(window, "poses", "left_index_4"), BOTH)
    session.replace_project(project)
    settle()
    show("drag of a clip", time_dragged(window, "gestures", 2450), BOTH)
    show("drag of keys", time_dragged(window, "left", 2400), BOTH)
    edited(window, UNDOS)
    show("undo", answers([session.undo] * UNDOS), "20 ms")
    show("redo", answers([session.redo] * UNDOS), "20 ms")
    places = random.integers(0, FRAMES, SCRUBS).tolist()
    scrubs: list[Deed] = [lambda frame=frame: session.seek(frame) for frame in places]
    quarter = SCRUBS // 4
    parts = [scrubs[i : i + quarter] for i in range(0, SCRUBS, quarter)]
    show_growth(f"each {quarter:,} of {SCRUBS:,} scrubs", grown(window, *parts))
    edited(window, 1000 - UNDOS)
    there_and_back: list[Deed] = [*[session.undo] * 500, *[session.redo] * 500]
    show_growth("each 1,000 steps undone and redone", grown(window, *[there_and_back] * 6))


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        os.environ["POSEFORGE_HOME"] = folder
        print(f"{'':<36}{'median':>12}{'95 of 100':>12}   target")
        show("start", starts(Path(folder) / "bytecode"), "1500 ms")
        app = make_app()
        window = Window()
        window.resize(1440, 900)
        window.show()
        begin = time.perf_counter()
        settle()
        while window.library.thumbnails.busy:
            settle()
        show("thumbnails of the library", [time.perf_counter() - begin])
        measure(window, make(np.random.default_rng(0)), Path(folder))
        window.session.mark_saved()
        window.close()
        app.quit()


if __name__ == "__main__":
    main()
