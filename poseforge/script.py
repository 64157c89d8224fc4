"""Scripts: a project written down in a few lines of YAML, for people and for other programs.

    audio: speech.wav            # optional; the project is as long as it
    clips:
      - gesture: wave_right      # of the library
        at: 0.5 s
      - poses: takes/nod         # anything that can be read
        at: after                # after the clip before it, grown together
      - shape: ok                # a hand shape, held
        hand: left
        at: 6 s
        length: 1.5 s
    autogesture: natural

Times are seconds with an s, or frames without. docs/composing.md tells every word. A mistake is told with its line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from poseforge import library
from poseforge.audio import read_audio
from poseforge.errors import FileProblem, FormatError, PoseForgeError
from poseforge.files import keep_apart
from poseforge.formats import read_poses
from poseforge.gesturing import STYLES, autogesture, fill
from poseforge.projects import link_media
from poseforge.retarget import to_hub
from poseforge.rig import Motion
from poseforge.sequence import FPS, SIZE, PoseSequence
from poseforge.speech import analyse
from poseforge.timeline import edits
from poseforge.timeline.project import MAX_FRAMES, Clip, PointTrack, Project, RigTrack, of_sequence, resting
from poseforge.units import parse_fps, parse_size, parse_time

_LARGEST = 1_000_000


def read_script(path: str | os.PathLike[str], target: str | os.PathLike[str] | None = None) -> Project:
    """The project that a script describes; paths in it are relative to it. `target` is where it will be written, if that is
    known: it may not be what the script reads.

    Raises FormatError naming file and line for what the script gets wrong, FileProblem for files that it names and that are
    missing, and whatever reading those raises.
    """
    source = Path(path)
    if target is not None:
        keep_apart(source, target)
    try:
        if source.stat().st_size > _LARGEST:
            raise FormatError(source, "is larger than a megabyte, which no script is.")
        text = source.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise FormatError(source, "is no text in UTF-8.") from None
    except OSError as error:
        raise FileProblem(f"{source}: cannot be read ({error.strerror})") from None
    return _Script(source, target).project(_parsed(source, text))


class _Node:
    """A value of the script, and the line where it stands."""

    def __init__(self, value: Any, line: int) -> None:
        self.value, self.line = value, line


def _parsed(source: Path, text: str) -> _Node:
    """The script as nested nodes. Only what JSON knows, too: no tags, no anchors, nothing is made or run."""
    import yaml

    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise FormatError(source, f"line {event.start_mark.line + 1}: anchors (& and *) have no use in a script.")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise FormatError(source, f"{where}{error.problem or 'is no YAML'}.", "Mind the indentation and the colons.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(source, f"is no YAML ({str(error).splitlines()[0][:100]}).") from None
    if root is None:
        raise FormatError(source, "is empty; expected clips.")
    return _plain(source, root, yaml.SafeLoader(""))


def _plain(source: Path, node: Any, loader: Any) -> _Node:
    line = node.start_mark.line + 1
    if node.id == "mapping":
        entries: dict[str, _Node] = {}
        for key, value in node.value:
            if key.id != "scalar":
                raise FormatError(source, f"line {line}: a name is expected before the colon.")
            if key.value in entries:
                raise FormatError(source, f"line {key.start_mark.line + 1}: {key.value!r} is given twice.")
            entry = _plain(source, value, loader)
            entries[key.value] = _Node(entry.value, key.start_mark.line + 1)
        return _Node(entries, line)
    if node.id == "sequence":
        return _Node([_plain(source, one, loader) for one in node.value], line)
    kinds = {"int", "float", "bool", "null", "str"}
    plain = node.tag.rpartition(":")[2] in kinds and ":" not in node.value  # 1:30 is 90 in YAML, which nobody means
    try:
        return _Node(loader.construct_object(node) if plain else node.value, line)
    except (ValueError, OverflowError) as error:
        raise FormatError(source, f"line {line}: {node.value!r:.40} is no value ({error}).") from None


class _Script:
    """Builds the project of one script."""

    def __init__(self, source: Path, target: str | os.PathLike[str] | None) -> None:
        self.source, self.target = source, target
        self.fps = FPS
        self.ends: dict[str, int] = {}
        self.last = ""
        self.starts: list[tuple[int, int]] = []

    def fail(self, node: _Node, problem: str) -> FormatError:
        return FormatError(self.source, f"line {node.line}: {problem}")

    def project(self, root: _Node) -> Project:
        words = {"fps", "length", "size", "audio", "picture", "base", "alive", "clips", "fill", "autogesture"}
        script = self.entries(root, words, "the script")
        self.fps = self.take(script, "fps", self._fps, FPS)
        base = self.take(script, "base", self._poses, None)
        project = resting(1, self.fps) if base is None else self._based(base)
        size = self.take(script, "size", self._size, SIZE if base is None else project.size)
        alive = self.take(script, "alive", self._seed, 0)
        camera = replace(project.camera, size=size)
        project = self.tried(script.get("size", root), replace, project, camera=camera, alive=alive)
        audio = self.take(script, "audio", self._file, None)
        picture = self.take(script, "picture", self._file, None)
        project = replace(
            project,
            audio=None if audio is None else link_media(audio),
            picture=None if picture is None else link_media(picture),
        )
        for entry in self.listed(script.get("clips")):
            project = self._clip(project, entry)
        sound = None if audio is None else read_audio(audio)
        heard = None if sound is None else max(round(sound.duration * self.fps), 1)
        length = self.take(script, "length", self._length, heard)
        for line, start in self.starts:
            if length is not None and start >= length:
                raise self.fail(_Node(None, line), f"begins at frame {start}, but the result has {length}")
        own = max([0 if base is None else len(base), *self.ends.values()])
        if "autogesture" in script:
            if sound is None or heard is None:
                raise self.fail(script["autogesture"], "autogesture needs an audio")
            style, seed = self._style(script["autogesture"])
            project = autogesture(self._filled(project, script, own, heard), analyse(sound), style, seed)
            own = max(own, heard)
        if not own and length is None:
            raise self.fail(root, "there is nothing in it: give clips, a base, an audio or a length")
        if "fill" in script and length is None:
            raise self.fail(script["fill"], "fill needs a length or an audio to fill up to")
        return self._filled(project, script, own, own if length is None else length)

    def _filled(self, project: Project, script: Mapping[str, _Node], own: int, length: int) -> Project:
        """The project at a length, its `own` frames again and again if the script says so."""
        if "fill" not in script or (own and own >= length):
            return replace(project, length=length)
        how = self.chosen(script["fill"], ("loop", "ping_pong", "idle"))
        if own:
            return fill(replace(project, length=own), length, cast(Any, how))
        if "autogesture" not in script:
            raise self.fail(script["fill"], "there is nothing to repeat; add clips or a base")
        return replace(project, length=length)

    def _based(self, base: PoseSequence) -> Project:
        project = of_sequence(base)
        return project if project.fps == self.fps else edits.set_fps(project, self.fps)

    def _clip(self, project: Project, node: _Node) -> Project:
        """One entry of `clips` on its track."""
        words = {"gesture", "poses", "shape", "hand", "from", "to", "at", "length", "speed", "mirror", "reverse", "loop",
                 "blend", "track"}  # fmt: skip
        entry = self.entries(node, words, "a clip")
        kinds = [kind for kind in ("gesture", "poses", "shape") if kind in entry]
        if len(kinds) != 1:
            raise self.fail(node, "a clip is one of gesture, poses or shape")
        if "hand" in entry and kinds[0] != "shape":
            raise self.fail(entry["hand"], "hand goes with shape")
        for word in {"from", "to"} & set(entry) if kinds[0] != "poses" else ():
            raise self.fail(entry[word], f"{word} goes with poses: which part of them is played")
        if "speed" in entry and "length" in entry:
            raise self.fail(entry["speed"], "speed and length both say how long it takes; give one")
        source, joints = getattr(self, f"_{kinds[0]}_source")(entry)
        name = str(entry[kinds[0]].value)
        default = "poses" if isinstance(source, PoseSequence) else "gestures"
        track = str(self.take(entry, "track", self._word, default))
        project = self._tracked(project, track, isinstance(source, PoseSequence), node)
        id = f"clip-{len(self.starts) + 1}"
        how = {"name": name, "joints": joints, "mirrored": self.take(entry, "mirror", self._yes, False), "id": id}
        blend = self.take(entry, "blend", self._time, edits.SEAM)
        after = "at" in entry and entry["at"].value == "after"
        if after and self.last == track:
            project = self.tried(node, edits.append_clip, project, track, source, seam=blend, **how)
        else:
            at = self.ends.get(self.last, 0) if after else self.take(entry, "at", self._time, 0)
            project = self.tried(node, edits.add_clip, project, track, source, at, blend=blend, **how)
        project = self._shaped(project, id, entry)
        self.last = track
        self.starts.append((node.line, project.clip(id)[1].start))
        self.ends[track] = max(self.ends.get(track, 0), project.clip(id)[1].end)
        return replace(project, length=max(project.length, self.ends[track]))

    def _tracked(self, project: Project, id: str, points: bool, node: _Node) -> Project:
        """The project with a track of that name and kind. Gestures lie over poses, whatever comes first."""
        kind = PointTrack if points else RigTrack
        if any(track.id == id for track in project.tracks):
            if not isinstance(project.track(id), kind):
                raise self.fail(node, f"track {id!r} holds {'gestures' if points else 'poses'}; choose another name")
            return project
        still = isinstance(project.tracks[0], RigTrack)  # the performer at rest is below all
        place = still + sum(isinstance(track, PointTrack) for track in project.tracks)
        return edits.add_track(project, kind(id, id.capitalize()), place if points else None)

    def _shaped(self, project: Project, id: str, entry: Mapping[str, _Node]) -> Project:
        """A clip that was placed, with its own length, speed and direction."""
        clip: Clip = project.clip(id)[1]
        if "speed" in entry:
            speed = self._number(entry["speed"])
            project = edits.stretch_clip(project, id, max(round(clip.length / speed), 1))
        if self.take(entry, "reverse", self._yes, False):
            project = edits.reverse_clip(project, id)
        if "length" in entry:
            length = self._length(entry["length"])
            loop = self.chosen(entry["loop"], ("loop", "ping_pong", "hold")) if "loop" in entry else None
            if loop:
                project = edits.extend_clip(project, id, length, cast(Any, loop))
            else:
                project = edits.stretch_clip(project, id, length)
        elif "loop" in entry:
            raise self.fail(entry["loop"], "loop needs a length")
        return project

    def _gesture_source(self, entry: Mapping[str, _Node]) -> tuple[Motion, frozenset[str] | None]:
        gesture: library.Gesture = self.tried(entry["gesture"], library.gesture, self._word(entry["gesture"]))
        return gesture.motion(), gesture.joints

    def _poses_source(self, entry: Mapping[str, _Node]) -> tuple[PoseSequence, None]:
        poses = self._poses(entry["poses"])
        first = self.take(entry, "from", lambda node: self._source_time(node, poses), 0)
        last = self.take(entry, "to", lambda node: self._source_time(node, poses), len(poses))
        if not first < last <= len(poses):
            raise self.fail(entry["poses"], f"frames {first} to {last} are no part of its {len(poses)}")
        return poses[first:last], None

    def _shape_source(self, entry: Mapping[str, _Node]) -> tuple[Motion, frozenset[str]]:
        shape = self.tried(entry["shape"], library.hand_shape, self._word(entry["shape"]))
        side = self.chosen(entry["hand"], ("left", "right")) if "hand" in entry else "right"
        return library.held(shape, cast(Any, side), self.fps), frozenset(f"{side}_{joint}" for joint in shape.angles)

    # what a word means

    def entries(self, node: _Node, words: set[str], what: str) -> dict[str, _Node]:
        if not isinstance(node.value, dict):
            raise self.fail(node, f"{what} is a list of 'name: value' lines")
        for name, value in node.value.items():
            if name not in words:
                raise self.fail(value, f"{name!r} is unknown; {what} may have {', '.join(sorted(words))}")
        return dict(node.value)

    def listed(self, node: _Node | None) -> list[_Node]:
        if node is None or node.value is None:
            return []
        if not isinstance(node.value, list):
            raise self.fail(node, "clips is a list: begin each with a dash")
        return node.value

    def take(self, entries: Mapping[str, _Node], name: str, read: Callable[[_Node], Any], default: Any) -> Any:
        return read(entries[name]) if name in entries else default

    def tried(self, node: _Node, read: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """What a function of the library makes of it; its complaint with the line before it."""
        try:
            return read(*given, **named)
        except FileProblem:
            raise
        except PoseForgeError as error:
            raise self.fail(node, str(error)) from None

    def chosen(self, node: _Node, words: tuple[str, ...]) -> str:
        if node.value not in words:
            raise self.fail(node, f"{node.value!r:.40}; expected one of {', '.join(words)}")
        return str(node.value)

    def _word(self, node: _Node) -> str:
        if not isinstance(node.value, str) or not node.value.strip():
            raise self.fail(node, f"{node.value!r:.40}; expected a word; if it is one, put it in quotes")
        return node.value

    def _yes(self, node: _Node) -> bool:
        if not isinstance(node.value, bool):
            raise self.fail(node, f"{node.value!r:.40}; expected true or false")
        return node.value

    def _number(self, node: _Node) -> Fraction:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float) or not 0.01 <= node.value <= 100:
            raise self.fail(node, f"{node.value!r:.40}; expected a number from 0.01 to 100")
        return Fraction(str(node.value))

    def _time(self, node: _Node) -> int:
        """Frames: a whole number of them, or seconds."""
        frames = cast(int, self.tried(node, parse_time, str(node.value), self.fps))
        if frames > MAX_FRAMES:
            raise self.fail(node, f"{node.value!r:.40} are {frames} frames; a project has {MAX_FRAMES} at most")
        return frames

    def _source_time(self, node: _Node, poses: PoseSequence) -> int:
        """Frames of a pose file, at its own rate."""
        return cast(int, self.tried(node, parse_time, str(node.value), poses.fps))

    def _length(self, node: _Node) -> int:
        frames = self._time(node)
        if not frames:
            raise self.fail(node, "a length of nothing; expected at least one frame")
        return frames

    def _fps(self, node: _Node) -> Fraction:
        return cast(Fraction, self.tried(node, parse_fps, str(node.value)))

    def _size(self, node: _Node) -> tuple[int, int]:
        return cast(tuple[int, int], self.tried(node, parse_size, str(node.value)))

    def _seed(self, node: _Node) -> int | None:
        if node.value is False:
            return None
        if isinstance(node.value, bool) or not isinstance(node.value, int) or node.value < 0:
            raise self.fail(node, f"{node.value!r:.40}; expected a whole number, or false for no breath and drift")
        return node.value

    def _style(self, node: _Node) -> tuple[str, int]:
        if not isinstance(node.value, dict):
            return self.chosen(node, tuple(STYLES)), 0
        given = self.entries(node, {"style", "seed"}, "autogesture")
        style = self.chosen(given["style"], tuple(STYLES)) if "style" in given else "natural"
        return style, int(self.take(given, "seed", self._seed, 0) or 0)

    def _file(self, node: _Node) -> Path:
        place = self.source.parent / self._word(node)
        if not place.exists():
            raise self.fail(node, f"{place} is not there")
        if self.target is not None:
            keep_apart(place, self.target)
        return place

    def _poses(self, node: _Node) -> PoseSequence:
        people = self.tried(node, read_poses, self._file(node))
        return to_hub(people[0])
