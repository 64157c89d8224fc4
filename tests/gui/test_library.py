"""The library: found, looked at, added, dragged, saved."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from poseforge import formats, library
from poseforge.gui import recent, text
from poseforge.gui.library import TABS, Library
from poseforge.gui.presets import MIME, SHAPES, favourites, shapes_on_keys
from poseforge.gui.save_preset import SaveGesture, SaveHandShape, suggested_id
from poseforge.gui.session import Session
from poseforge.gui.thumbnails import gesture_film, sequence_film
from poseforge.skeleton import wholebody_134
from poseforge.timeline import edits
from poseforge.timeline.bake import bake
from poseforge.timeline.project import PointTrack, RigTrack, of_sequence, resting
from samples import make_sequence


@pytest.fixture
def panel(window) -> Library:
    window.library.resize(320, 500)
    open_tab(window.library, "hands")
    return window.library


def open_tab(panel: Library, kind: str) -> None:
    panel.tabs.setCurrentIndex([*TABS].index(kind))


def names(panel: Library) -> list[str]:
    return [entry.id for entry in panel.grid.entries.entries]


def choose(panel: Library, id: str):
    index = panel.grid.entries.index(names(panel).index(id))
    panel.grid.setCurrentIndex(index)
    panel.grid.scrollTo(index)
    return index


def middle(panel: Library, id: str) -> QPoint:
    return panel.grid.visualRect(choose(panel, id)).center()


def test_nothing_is_read_before_the_panel_is_shown(qtbot, window) -> None:
    hidden = Library(window.session, window.commands)
    qtbot.addWidget(hidden)
    assert names(hidden) == []
    hidden.show()
    assert "wave_right" in names(hidden)


def test_only_what_is_seen_gets_a_thumbnail(panel, qtbot) -> None:
    open_tab(panel, "gestures")
    first = panel.grid.entries.entries[0]
    qtbot.waitUntil(lambda: panel.thumbnails.film(first.key) is not None)
    last = panel.grid.entries.entries[-1]
    assert panel.thumbnails.film(last.key) is None
    choose(panel, last.id)
    qtbot.waitUntil(lambda: panel.thumbnails.film(last.key) is not None)
    film = panel.thumbnails.film(last.key)
    assert len(film.points) > 5


@pytest.mark.parametrize(("words", "id"), [("wave", "wave_right"), ("挥手", "wave_right"), ("goodbye", "wave_right")])
def test_gestures_are_found_in_both_languages_and_by_tag(panel, qtbot, words, id) -> None:
    open_tab(panel, "gestures")
    everything = len(names(panel))
    qtbot.keyClicks(panel.search, words) if words.isascii() else panel.search.setText(words)
    assert id in names(panel)
    assert len(names(panel)) < everything


def test_names_are_shown_in_the_users_language(panel) -> None:
    text.use_language("zh_CN")
    try:
        open_tab(panel, "gestures")
        assert panel.grid.entries.index(names(panel).index("wave_right")).data() == "挥手"
        assert "说话" in [action.text() for action in panel.tag_button.menu().actions()]
    finally:
        text.use_language("en")
    panel.fill()
    panel.choose_tag("idle")
    assert "breathing_both" in names(panel)
    assert "wave_right" not in names(panel)


def test_favourites_come_first_and_all_go_by_title(panel, qtbot, tmp_path) -> None:
    def titles() -> list[str]:
        return [entry.name.casefold() for entry in panel.grid.entries.entries]

    assert len(titles()) > 30
    assert [title.replace("-", "") for title in titles()] == sorted(title.replace("-", "") for title in titles())
    for id in ("vulcan", "fist"):
        panel.star(next(entry for entry in panel.grid.entries.entries if entry.id == id))
    panel.fill()
    assert names(panel)[:2] == ["fist", "vulcan"]
    english = names(panel)
    text.use_language("zh_CN")
    try:
        panel.fill()
        assert set(names(panel)[:2]) == {"fist", "vulcan"}
        assert names(panel) != english
    finally:
        text.use_language("en")
    for name in ("take 10", "take 2"):
        formats.write_poses(make_sequence(3), tmp_path / name, "echomimic")
    open_tab(panel, "sequences")
    panel.open_folder(tmp_path)
    qtbot.waitUntil(lambda: titles() == ["take 2", "take 10"])


def test_a_double_click_adds_a_gesture_and_the_project_grows(panel, window, qtbot) -> None:
    session = window.session
    session.apply("Shorter", lambda project: edits.crop(project, 0, 49))
    session.seek(20)
    open_tab(panel, "gestures")
    place = middle(panel, "wave_right")
    qtbot.mouseClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    (clip,) = session.project.tracks[0].clips
    wave = library.gesture("wave_right")
    assert (clip.start, clip.length, clip.name, clip.joints) == (20, wave.length, "Wave", wave.joints)
    assert session.project.length == 20 + wave.length
    assert session.clip == clip.id
    session.undo()
    assert session.project.length == 50


def test_without_a_track_for_it_one_is_made_in_the_same_step(make_window, qtbot) -> None:
    window = make_window(of_sequence(make_sequence(30)))
    open_tab(window.library, "gestures")
    choose(window.library, "wave_right")
    qtbot.keyClick(window.library.grid, Qt.Key.Key_Return)
    assert [type(track) for track in window.session.project.tracks] == [PointTrack, RigTrack]
    assert len(window.session.history.undo_labels) == 1


def test_a_hand_shape_is_given_to_the_selected_hand(panel, window, qtbot) -> None:
    session = window.session
    session.select(joints=["left_wrist", "left_index_2"])
    before = bake(session.project, [0])
    choose(panel, "fist")
    qtbot.keyClick(panel.grid, Qt.Key.Key_Return)
    after = bake(session.project, [0])
    assert abs(after.joint("left_index_4") - before.joint("left_index_4")).max() > 0.01
    assert abs(after.joint("right_index_4") - before.joint("right_index_4")).max() < 1e-9


def test_the_menu_adds_mirrored_and_chooses_hands(panel, window) -> None:
    open_tab(panel, "gestures")
    wave = panel.grid.entry(choose(panel, "wave_right"))
    actions = {action.text(): action for action in panel.menu(wave).actions()}
    actions["Add mirrored"].trigger()
    assert window.session.project.tracks[0].clips[0].mirrored
    assert "Delete" not in actions
    open_tab(panel, "hands")
    before = bake(window.session.project, [0])
    fist = panel.grid.entry(choose(panel, "fist"))
    {action.text(): action for action in panel.menu(fist).actions()}["Give to the right hand"].trigger()
    after = bake(window.session.project, [0])
    assert abs(after.joint("right_index_4") - before.joint("right_index_4")).max() > 0.01


def test_a_star_makes_a_favourite_that_takes_a_number_key(panel, window, qtbot) -> None:
    index = choose(panel, "vulcan")
    qtbot.mouseClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=panel.grid.star_rect(index).center())
    assert favourites() == ["vulcan"]
    assert shapes_on_keys() == ["vulcan", *SHAPES[:8]]
    window.session.select(joints=["right_wrist"])
    window.commands["shape_1"].trigger()
    assert "Vulcan" in window.session.history.undo_labels[0]
    panel.only_favourites.click()
    assert names(panel) == ["vulcan"]
    qtbot.mouseClick(
        panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=panel.grid.star_rect(panel.grid.entries.index(0)).center()
    )
    assert names(panel) == []
    assert panel.empty.isVisible()


def test_what_is_dragged_names_the_preset_and_shows_it(panel, qtbot) -> None:
    open_tab(panel, "gestures")
    first = panel.grid.entries.entries[0]
    choose(panel, first.id)
    qtbot.waitUntil(lambda: panel.thumbnails.film(first.key) is not None)
    panel.grid.grab()
    drag = panel.grid.drag()
    payload = json.loads(bytes(drag.mimeData().data(MIME).data()))
    assert payload == {"kind": "gestures", "id": first.id}
    assert not drag.pixmap().isNull()


def test_a_hovered_gesture_moves(panel, qtbot) -> None:
    open_tab(panel, "gestures")
    place = middle(panel, "wave_right")
    key = ("gestures", "wave_right")
    qtbot.waitUntil(lambda: panel.thumbnails.film(key) is not None)
    assert panel.grid.shown_frame is None
    qtbot.mouseMove(panel.grid.viewport(), place)
    qtbot.waitUntil(lambda: (panel.grid.shown_frame or 0) > 1)


def test_a_hand_is_saved_and_shown_as_my_own(panel, window, qtbot) -> None:
    session = window.session
    session.select(joints=["left_wrist"])
    panel.add(panel.grid.entry(choose(panel, "fist")))
    dialog = SaveHandShape(session, panel)
    qtbot.addWidget(dialog)
    dialog.saved.connect(panel.show_own)
    assert dialog.side.currentData() == "left"
    dialog.save()
    assert "name" in dialog.problem.text()
    qtbot.keyClicks(dialog.names["en"], "My fist")
    dialog.names["zh"].setText("我的拳头")
    qtbot.keyClicks(dialog.tags["en"], "strong, closed")
    assert dialog.id.text() == "my_fist"
    dialog.save()
    shape = library.hand_shape("my_fist")
    assert shape.name == {"en": "My fist", "zh": "我的拳头"}
    assert shape.tags["en"] == ("strong", "closed")
    assert shape.angles["index_2"] == pytest.approx(library.hand_shape("fist").angles["index_2"], abs=0.1)
    assert panel.kind == "mine"
    assert names(panel) == ["my_fist"]


def test_saving_asks_for_one_name_and_shows_the_whole_movement(panel, window, qtbot) -> None:
    open_tab(panel, "gestures")
    panel.add(panel.grid.entry(choose(panel, "ok_right")))
    dialog = SaveGesture(window.session, panel)
    qtbot.addWidget(dialog)
    dialog.show()
    folded = [dialog.names["zh"], *dialog.tags.values(), dialog.id]
    assert dialog.names["en"].isVisible()
    assert not any(field.isVisible() for field in folded)
    points = dialog.film(dialog.made("preview", "preview")).points
    arms = points[:, [wholebody_134.index(f"{side}_{joint}") for side in ("left", "right") for joint in ("elbow", "wrist")]]
    assert ((arms >= 0) & (arms <= 1)).all()
    dialog.more.click()
    assert all(field.isVisible() for field in folded)
    qtbot.keyClicks(dialog.names["en"], "Mine")
    dialog.save()
    assert library.gesture("mine").name == {"en": "Mine"}


def test_a_taken_id_is_replaced_only_when_that_is_wished(panel, window, qtbot) -> None:
    for index, replaced in enumerate((False, False, True)):
        dialog = SaveHandShape(window.session, panel)
        qtbot.addWidget(dialog)
        dialog.names["en"].setText(f"Number {index}")
        dialog.id.clear()
        qtbot.keyClicks(dialog.id, "same")
        assert dialog.replaces.isVisibleTo(dialog) is (index > 0)
        dialog.replaces.setChecked(replaced)
        dialog.save()
        assert bool(dialog.problem.text()) is (index == 1)
    assert library.hand_shape("same").title == "Number 2"
    assert suggested_id("Same", "hands") == "same_2"


def test_a_clip_is_saved_as_a_gesture(panel, window, qtbot) -> None:
    session = window.session
    open_tab(panel, "gestures")
    session.seek(10)
    panel.add(panel.grid.entry(choose(panel, "ok_right")))
    dialog = SaveGesture(session, panel)
    qtbot.addWidget(dialog)
    dialog.names["zh"].setText("我的手势")
    assert dialog.id.text() == "my_gesture"
    dialog.save()
    assert not dialog.problem.text()
    assert library.gesture("my_gesture").length == library.gesture("ok_right").length


@pytest.mark.parametrize("way", ["library", "menu", "clip"])
def test_saving_a_preset_is_offered_in_the_library_the_menus_and_at_the_clip(panel, window, way) -> None:
    for kind in TABS:
        open_tab(panel, kind)
        assert panel.save_button.isVisibleTo(panel) is (kind != "sequences")
    open_tab(panel, "gestures")
    panel.add(panel.grid.entry(choose(panel, "ok_right")))
    if way == "clip":
        timeline = window.timeline
        timeline._settle()
        row = next(row for row in timeline.rows if row.track and row.track.clips)
        place = timeline.view.clip_rect(row, row.track.clips[0]).center().toPoint()
        offered = timeline.menu_at(place).actions()
    else:
        edit = next(action.menu() for action in window.menuBar().actions() if action.text() == "Edit")
        offered = (panel.save_button.menu() if way == "library" else edit).actions()
    next(action for action in offered if action.text() == "Save as my gesture…").trigger()
    (dialog,) = panel.findChildren(SaveGesture)
    assert "Nothing is selected" not in dialog.about.text()
    dialog.close()


def test_what_could_be_selected_is_said_where_nothing_is(panel, window, qtbot) -> None:
    session = window.session
    for select, hand, gesture in (
        ({"joints": ()}, "No hand is selected", "Nothing is selected"),
        ({"joints": ["nose"]}, "No hand is selected", "Nothing is selected"),
        ({"joints": ["left_wrist"]}, "", "Nothing is selected"),
    ):
        session.select(**select)
        for dialog, hint in ((SaveHandShape(session, panel), hand), (SaveGesture(session, panel), gesture)):
            qtbot.addWidget(dialog)
            assert (hint or dialog.about.text()) in dialog.about.text()
            assert ("selected" in dialog.about.text()) is bool(hint)
    window.commands["set_in"].trigger()
    session.seek(20)
    window.commands["set_out"].trigger()
    dialog = SaveGesture(session, panel)
    qtbot.addWidget(dialog)
    assert dialog.about.text().startswith("Frames 0 to 20,")
    assert "selected" not in dialog.about.text()


def test_points_are_no_preset(make_window, qtbot) -> None:
    window = make_window(of_sequence(make_sequence(5)))
    with qtbot.waitSignal(window.session.told) as told:
        window.library.save_button.menu().actions()[0].trigger()
    assert told.args[0] == "warning"


def test_damaged_own_presets_are_named(panel, home) -> None:
    folder = library.user_folder("gestures")
    folder.mkdir(parents=True)
    (folder / "broken.json").write_text("{", encoding="utf-8")
    open_tab(panel, "mine")
    (entry,) = panel.grid.entries.entries
    assert "broken.json" in panel.grid.entries.problem(entry)


def test_an_own_preset_goes_to_the_bin(panel, window, monkeypatch, tmp_path) -> None:
    library.save_hand_shape(replace(library.hand_shape("ok"), id="mine_too"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    open_tab(panel, "mine")
    entry = panel.grid.entry(choose(panel, "mine_too"))
    {action.text(): action for action in panel.menu(entry).actions()}["Delete"].trigger()
    assert not entry.path.exists()
    assert names(panel) == []


def test_sequences_of_a_folder_are_shown_and_added(panel, window, qtbot, tmp_path) -> None:
    folder = tmp_path / "序列 ok"
    folder.mkdir()
    formats.write_poses(make_sequence(12), folder / "walk")
    damaged = folder / "damaged"
    formats.write_poses(make_sequence(3), damaged)
    for file in damaged.iterdir():
        file.write_bytes(b"\x93NUMPY nonsense")
    (folder / "notes.txt").write_text("no poses")
    panel.choose_path = lambda: str(folder)
    open_tab(panel, "sequences")
    assert panel.empty.isVisible()
    panel.folder_button.click()
    qtbot.waitUntil(lambda: len(panel.grid.entries.entries) == 2)
    by_name = {entry.name: entry for entry in panel.grid.entries.entries}
    assert set(by_name) == {"walk", "damaged"}
    qtbot.waitUntil(lambda: bool(panel.grid.entries.problem(by_name["damaged"])))
    qtbot.waitUntil(lambda: panel.thumbnails.film(by_name["walk"].key) is not None)
    assert not panel.grid.entries.flags(choose(panel, str(damaged))) & Qt.ItemFlag.ItemIsDragEnabled
    panel.add(by_name["walk"])
    qtbot.waitUntil(lambda: len(window.session.project.tracks) == 2)
    track = window.session.project.tracks[1]
    assert isinstance(track, PointTrack)
    assert (track.clips[0].name, track.clips[0].length) == ("walk", 12)


def test_folders_of_poses_that_were_open_lately_are_offered(panel, qtbot, tmp_path) -> None:
    (tmp_path / "takes").mkdir()
    formats.write_poses(make_sequence(12), tmp_path / "takes" / "walk")
    recent.add_recent(tmp_path / "takes" / "walk")
    open_tab(panel, "sequences")
    qtbot.waitUntil(lambda: [entry.name for entry in panel.grid.entries.entries] == ["walk"])


def test_a_library_that_is_gone_hears_no_more(qtbot, home, window) -> None:
    panel = Library(Session(resting(10)), window.commands)
    panel.show()
    panel.grab()
    panel.deleteLater()
    qtbot.waitUntil(lambda: not window.library.thumbnails.busy)


@pytest.mark.parametrize("mirrored", [False, True])
def test_thumbnails_of_ones_own_are_as_large_as_built_in_ones(mirrored) -> None:
    def size(film, side: str) -> float:
        hand = film.points[film.still, wholebody_134.group(f"{side}_hand")]
        assert (hand > -0.01).all()
        assert (hand < 1.01).all()
        return float(np.ptp(hand, axis=0).max())

    wave = library.gesture("wave_right")
    usual = size(gesture_film(wave), "right")
    project = edits.add_clip(resting(120), "performer", wave.motion(), 10, name="wave", id="wave")
    project = edits.mirror_clip(project, "wave") if mirrored else project
    own = gesture_film(library.gesture_of(project, "performer", 10, 80, "own", "Own"))
    assert size(own, "left" if mirrored else "right") == pytest.approx(usual, rel=0.25)


def test_a_sequence_is_shown_around_its_hands_or_else_the_person() -> None:
    poses = bake(library.performance([library.gesture("beat_both")]))
    both = np.concatenate([wholebody_134.group("left_hand"), wholebody_134.group("right_hand")])
    body = [wholebody_134.index(f"{side}_{joint}") for side in ("left", "right") for joint in ("shoulder", "hip")]

    def span(joints, poses) -> float:
        return float(np.ptp(sequence_film(poses).points[:, joints], axis=(0, 1)).max())

    assert 0.8 < span(both, poses) <= 1
    confidence = np.array(poses.confidence)
    confidence[:, both] = 0
    assert 0.4 < span(body, replace(poses, confidence=confidence)) <= 1
