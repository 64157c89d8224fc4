"""The one door: what is applied, previewed, undone and selected."""

from dataclasses import replace

import numpy as np
import pytest

from poseforge.gui.session import Session
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import PointTrack, of_sequence, resting
from samples import make_motion, make_project, make_sequence


@pytest.fixture
def session(qapp, home) -> Session:
    return Session(make_project())


def moved(project, x: float = 0.5):
    return edits.move_joint(project, "detected", "nose", 5, (x, 0.5))


def test_an_edit_is_one_step_and_undo_gives_the_same_object_back(session) -> None:
    before = session.project
    assert session.apply("Move", moved)
    assert session.history.undo_labels == ("Move",)
    session.undo()
    assert session.project is before
    session.redo()
    assert bake(session.project, [5]).joint("nose")[0] == pytest.approx((0.5, 0.5))


def test_it_is_told_how_far_a_change_goes(qapp, home, qtbot) -> None:
    session = Session(edits.add_clip(resting(60), "performer", make_motion(20), 24, joints={"left_elbow"}, name="Wave"))
    said: list[str] = []
    session.told.connect(lambda severity, text: said.append(text) if not text.startswith("Done") else None)

    def bend(joint: str, frame: int) -> None:
        session.seek(frame)
        assert session.posed("Bend", lambda project, track: edits.set_pose(project, track, frame, {joint: (0.2, 0.0, 0.0)}))

    bend("right_thumb_1", 30)
    assert "the whole clip “Wave”" in said[0]
    bend("right_thumb_1", 36)
    assert len(said) == 1
    bend("right_thumb_2", 50)
    assert "first key" in said[1]
    bend("right_thumb_1", 50)
    assert len(said) == 2


def test_a_preview_is_shown_and_leaves_no_trace(session, qtbot) -> None:
    before = session.project
    with qtbot.waitSignal(session.project_changed):
        session.preview(lambda project: moved(project, 0.3))
    assert session.dragging
    assert session.pose(5).joint("nose")[0] == pytest.approx((0.3, 0.5))
    session.cancel()
    assert session.project is before
    assert session.history.undo_labels == ()


def test_what_is_refused_is_told_and_changes_nothing(session, qtbot) -> None:
    before = session.project
    with qtbot.waitSignal(session.told) as told:
        assert not session.apply("Move", lambda project: edits.move_joint(project, "no track", "nose", 0, (0.5, 0.5)))
    assert told.args[0] == "warning"
    assert "no track" in told.args[1]
    assert session.project is before


def test_a_frame_is_baked_once_and_never_stale(session) -> None:
    assert session.pose(3) is session.pose(3)
    np.testing.assert_array_equal(session.pose(3).points, bake(session.project, [3]).points)
    before = session.pose(5)
    session.apply("Move", moved)
    assert session.pose(5) is not before


def test_what_is_gone_is_no_longer_selected(session) -> None:
    session.select(clip="one")
    assert session.track == "gesture"
    session.apply("Remove", lambda project: edits.remove_track(project, "gesture"))
    assert session.clip is None
    assert session.track in [track.id for track in session.project.tracks]
    session.seek(59)
    session.apply("Crop", lambda project: edits.crop(project, 0, 9))
    assert session.frame == 9


def test_edits_go_to_an_open_track_that_speaks_for_the_joints(session) -> None:
    session.select(track="over", joints=["right_index_4"])
    session.seek(40)
    assert session.edit_track() == "over"
    session.seek(12)  # before its clip: there it is seen nowhere
    assert session.edit_track() == "gesture"
    session.select(joints=["left_index_4"])
    assert session.edit_track() == "hand"
    session.apply("Lock", lambda project: edits.set_track(project, "hand", locked=True))
    assert session.edit_track() == "gesture"
    session.apply("Lock", lambda project: edits.set_track(project, "gesture", locked=True))
    session.apply("Lock", lambda project: edits.set_track(project, "detected", locked=True))
    assert session.edit_track() is None


def test_without_auto_key_edits_need_a_key(qapp, home) -> None:
    session = Session(of_sequence(make_sequence(20)))
    session.select(joints=["nose"])
    session.seek(4)
    session.auto_key = False

    def edit(project, track):
        return edits.move_joint(project, track, "nose", 4, (0.5, 0.5))

    assert not session.posed("Move", edit)
    session.apply("Key", lambda project: edits.key_pose(project, "poses", 4, ["nose"]))
    assert session.posed("Move", edit)


def test_a_project_without_tracks_can_be_looked_at(qapp, home) -> None:
    session = Session(resting(5))
    session.apply("Remove", lambda project: edits.remove_track(project, "performer"))
    assert session.track is None
    assert session.edit_track(["nose"]) is None
    session.apply("Add", lambda project: edits.add_track(project, PointTrack("a")))
    assert session.track == "a"


def test_that_a_first_key_holds_everywhere_is_told(session, qtbot) -> None:
    session.replace_project(of_sequence(make_sequence(30)))

    def move(x: float) -> bool:
        frame = session.frame
        return session.posed("Move", lambda project, track: edits.move_joint(project, track, "nose", frame, (x, 0.5)))

    said = []
    session.told.connect(lambda severity, text: said.append(text))
    assert move(0.4)
    assert "holds at all frames" in said[-1]
    session.seek(20)
    assert move(0.6)
    assert said[-1] == "Done: Move"


def test_the_status_bar_says_what_was_done_last(session) -> None:
    said = []
    session.told.connect(lambda severity, text: said.append(text))
    longer = lambda project: replace(project, length=project.length + 5)  # noqa: E731
    marked = lambda project: replace(project, meta={"by": "hand"})  # noqa: E731
    session.tell("hint", "Esc takes back")
    session.preview(marked)
    session.cancel()
    assert said[-1] == ""
    session.preview(marked)
    session.apply("Mark", marked)
    assert said[-1] == "Done: Mark"
    session.undo()
    assert said[-1] == "Undone: Mark"
    session.redo()
    assert said[-1] == "Redone: Mark"
    session.tell("warning", "this hand is missing")
    session.apply("Mark again", marked)
    assert said[-1] == "Done: Mark again"
    session.apply("Nothing", lambda project: project)
    assert said[-1] == "Done: Mark again"
    session.apply("Longer", longer)
    assert said[-1] == f"The project is {session.project.length} frames long now."
    session.replace_project(resting(20))
    assert said[-1] == ""


def test_a_slow_edit_becomes_a_step_of_what_the_project_is_then(session, qtbot) -> None:
    done, told = [], []
    session.told.connect(lambda severity, message: told.append((severity, message)))
    session.apply_aside("Longer", lambda project: replace(project, length=300), lambda: done.append("longer"))
    assert session.project.length != 300
    qtbot.waitUntil(lambda: done == ["longer"])
    assert (session.project.length, session.history.undo_labels[0]) == (300, "Longer")
    session.apply_aside("Slow", lambda project: replace(project, length=400), lambda: done.append("slow"))
    session.apply("Quick", lambda project: replace(project, meta={"by": "hand"}))
    qtbot.waitUntil(lambda: done == ["longer", "slow"])
    assert session.history.undo_labels[:2] == ("Slow", "Quick")
    assert (session.project.length, session.project.meta["by"]) == (400, "hand")
    session.apply_aside("Refused", lambda project: edits.remove_clip(project, "none"))
    qtbot.waitUntil(lambda: "none" in told[-1][1])
    assert session.history.undo_labels[0] == "Slow"


@pytest.mark.parametrize("change", [Session.undo, lambda session: session.replace_project(resting(50))])
def test_a_slow_edit_is_given_up_where_something_was_undone_or_another_project_is_open(session, qtbot, change) -> None:
    session.apply("Longer", lambda project: replace(project, length=project.length + 5))
    told = []
    session.told.connect(lambda severity, message: told.append((severity, message)))
    session.apply_aside("Slow", lambda project: replace(project, length=400))
    change(session)
    length = session.project.length
    qtbot.waitUntil(lambda: bool(told) and told[-1][0] == "warning")
    assert "Slow" in told[-1][1]
    assert session.project.length == length
