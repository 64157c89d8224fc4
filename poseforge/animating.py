"""The two kinds of jobs of `poseforge.animate`: a video, and what it would take. Torch is imported when one of them is done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poseforge import installing
from poseforge.align import edges
from poseforge.animate.echomimic_v2.settings import defaults, from_record
from poseforge.errors import InvalidValue, MissingDependency
from poseforge.files import keep_apart
from poseforge.units import parse_fps

if TYPE_CHECKING:
    from poseforge.jobs import Job

Result = dict[str, Any]


def animate(
    job: Job,
    source: str,
    target: str,
    image: str,
    audio: str,
    settings: Mapping[str, Any] | None = None,
    first: int = 0,
    last: int | None = None,
    weights: str | None = None,
    device: str | None = None,
    plan: str | None = None,
    from_: str | None = None,
    options: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    box: list[Any] | None = None,
    start: int = 0,
    project: str = "",
) -> Result:
    """A video with sound of a person in a picture, by EchoMimicV2: of the frames `first` to `last`, with a sound that begins at
    frame `start`. `box` says where the picture lies on the canvas; `project` is for `poseforge.takes`. Steps that are done lie
    in the job's folder, and the same job goes on after them.
    """
    wanted = defaults(**(settings or {}))
    place = job.target(target)
    sources = {name: str(job.path(path)) for name, path in (("source", source), ("image", image), ("audio", audio))}
    for path in sources.values():
        keep_apart(path, place)
    people = job.people(source, from_, options)
    total = len(people[0])
    end = total - 1 if last is None else last
    if not 0 <= first <= end < total:
        raise InvalidValue(f"frames {first} to {end}: there are 0 to {total - 1}")
    animation = import_animation()
    part = tuple(person[first : end + 1] for person in people)
    take = animation.Take(part, job.path(image), job.path(audio), first - start, edges(box), end + 1 < total)
    arguments = {**sources, "first": first, "last": last, "from_": from_, "options": dict(options or {}), "start": start}
    made = animation.animate(
        take,
        place,
        wanted,
        _weights(job, weights),
        job.folder,
        job.step,
        animation.device_of(device),
        plan,
        arguments,
        overwrite,
        job.note,
    )
    return {
        "written": str(place), "frames": made.frames, "fps": str(take.fps), "settings": made.settings.record(),
        "plan": made.plan.name,
    }  # fmt: skip


def outline(
    job: Job,
    settings: Mapping[str, Any],
    frames: int,
    fps: str,
    image: str | None = None,
    audio: str | None = None,
    first: int = 0,
    weights: str | None = None,
    device: str | None = None,
    box: list[Any] | None = None,
    part: bool = False,
) -> Result:
    """What such a video would take here, of so many frames that begin at frame `first` of the sound's time; without picture and
    sound only what is missing of the weights. `part` says that there are poses after these.
    """
    job.step(0, 0, "reading")
    animation = import_animation()
    wanted, place, where = from_record(settings), _weights(job, weights), animation.device_of(device)
    result = {"device": str(where), "missing": animation.missing_weights(place, wanted)}
    if image and audio:
        nobody = animation.nobody(frames, parse_fps(fps))
        take = animation.Take((nobody,), job.path(image), job.path(audio), first, edges(box), part)
        made = animation.outline(take, wanted, place, where)
        result |= {
            "frames": made.frames, "plan": made.plan.name, "memory": made.memory, "free": made.free,
            "teraflop": made.teraflop, "notes": list(made.notes),
        }  # fmt: skip
    return result


def weights_folder(given: Path | None = None) -> Path:
    """Where the weights lie: in a folder that was given, or else among the models."""
    from poseforge import models  # brings HTTP along

    return given or models.folder() / "echomimic_v2"


def _weights(job: Job, given: str | None) -> Path:
    return weights_folder(job.path(given) if given else None)


def missing() -> str:
    """Why nothing can be animated here, with what to do, in a sentence; empty if it can. Loads nothing."""
    lacking = installing.lacking("animate")
    return f"Animating needs {', '.join(lacking)}: {installing.command('animate')}" if lacking else ""


def import_animation() -> Any:
    """The pipeline of EchoMimicV2. MissingDependency without its extra."""
    if problem := missing():
        raise MissingDependency(problem)
    try:
        from poseforge.animate.echomimic_v2 import pipeline
    except ImportError as error:
        raise MissingDependency(f"what animates cannot be loaded ({error}): {installing.command('animate')}") from None
    return pipeline
