"""Writes docs/formats.md: every format with what it keeps, and every pipeline that can be exported for.

python tools/author_formats.py
"""

from __future__ import annotations

from pathlib import Path

from poseforge.exporting import exports
from poseforge.formats import PARTS, Format, registry
from poseforge.options import Described, described

OUT = Path(__file__).parent.parent / "docs" / "formats.md"

HEAD = """# Formats

Poses are read with `poseforge info`, `check`, `render`, `convert` and whatever else takes a path; the format is told by the
suffix and by looking inside, or named with `--from` and `--to`. What a file does not say is given with `-o NAME=VALUE`.
`poseforge formats` prints this table, `poseforge convert` says what a format could not keep.

A pattern converts many files: `poseforge convert "takes/**/*.json" out --to echomimic --jobs 2`. What was done before is left
alone, what was changed since is told, a file that cannot be read stops no other, and stopping it leaves only whole outputs.
`--person` chooses one of several people. `--fit crop` puts them onto EchoMimicV2's canvas as its own preparation does,
`letterbox` keeps the whole picture, `height` its middle, and `--media reference.png` gives a picture or a video the same crop.

Movement in space (BVH, AMASS, SMPL-X, Human3.6M) is filmed: `-o framing=auto` stands as EchoMimicV2's camera does but so far
away that the hands are seen, `half_body` as near as EchoMimicV2, `full_body` and `hands` show those; the camera goes along
with who walks away. `-o projection=orthographic` draws parallels, `-o facing=false` leaves people turned as they are, and `-o
camera=PATH` films with a measured camera: a JSON file {"K", "R", "t", "size"}, or a folder of COLMAP's `cameras.txt` and
`images.txt`, in metres and the file's own axes.

BVH joints are known by the names of many programs. `-o names=MAP` names others: PoseForge's id of a program (`mixamo`, `vroid`
...), or a JSON file whose names go before the known ones, here of a rig with wrists of its own:

```json
{"joints": {"paw.L": "left_wrist", "paw.R": "right_wrist", "claw.L.001": "left_index_1"}}
```

PoseForge's names are `pelvis`, `spine_1` to `spine_3`, `neck`, `head`, and with `left_` or `right_` before them `collar`,
`shoulder`, `elbow`, `wrist`, `hip`, `knee`, `ankle`, `foot`, and `thumb`, `index`, `middle`, `ring`, `little` with `_1` to `_3`
from the palm outward.

A CSV table has a row for each joint (`csv`), or one for each person in each frame (`csv-wide`); rows or cells of missing joints
are left out. Places are pixels, frames and people count from 0, and the first line may be left out:

```
# poseforge size=1280x720 fps=24                      # poseforge size=1280x720 fps=24
frame,person,joint,x,y,confidence                     frame,person,left_wrist_x,left_wrist_y,left_wrist_c,nose_x,...
0,0,left_wrist,812.25,404.5,0.93                      0,0,812.25,404.5,0.93,640,...
0,0,nose,640,150,0.9                                  1,0,815.5,402,0.91,641,...
```

With your own SMPL-X, SMPL-H or MANO file, `--body-model PATH` (or `-o body_model=PATH`), joints, fingertips and face
landmarks of AMASS and SMPL-X are the model's; without it the built-in performer stands in.

What a file cannot hold is told when it is written, and recorded in it where it has room (COCO, CSV, AMASS, PoseForge's npz).

"""

OPTIONS = """
## Options

An option is given with `-o NAME=VALUE`, as `-o up=z -o size=1280x720`. Without a default, the file or the reader tells.

| option | values | default | formats |
|---|---|---|---|
"""

EXPORTS = """
## Maps for other pipelines

`poseforge export pose/01 out --for NAME` draws maps as another program wants them; its other inputs are named when it is done.
`--image` puts the reference picture where the program looks for it, and maps of which the area is given take its proportions.
Where a program draws one person, that is the largest unless `--person` says who. `poseforge export --list` prints this table.
Styles and sizes are data, in [presets/exports](../presets/exports) and [presets/styles](../presets/styles).

| NAME | pipeline | files | pixels | fps | frames at a time | style | `--image` becomes | for the rest |
|---|---|---|---|---|---|---|---|---|
"""


def page() -> str:
    rows = ["| format | | read | write | kept by writing | options |", "|---|---|---|---|---|---|"]
    rows += [_row(known) for known in registry().values()]
    pipelines = [
        f"| `{one.name}` | {one.title} | `{one.facts[0]}` | {' | '.join(one.facts[1:])} | `{one.style}` | "
        f"{f'`{one.image}`' if one.image else ''} | {one.note} |"
        for one in exports().values()
    ]
    return HEAD + "\n".join(rows) + "\n" + OPTIONS + "\n".join(_options()) + "\n" + EXPORTS + "\n".join(pipelines) + "\n"


def _row(known: Format) -> str:
    reads = " and ".join(word for word, has in (("points", known.read), ("movement", known.read_motion)) if has) or "no"
    writes = " and ".join(word for word, has in (("points", known.write), ("movement", known.write_motion)) if has) or "no"
    parts = [part.replace("_", " ") for part in PARTS if part in known.keeps]
    rest = [word for word in known.keeps if word not in PARTS]
    kept = ", ".join([*(["all joints"] if len(parts) == len(PARTS) else parts), *rest]) if writes != "no" else ""
    options = ", ".join(f"`{one.name}`" for one in described(known.options))
    return f"| `{known.name}` | {known.title} ({', '.join(known.suffixes)}) | {reads} | {writes} | {kept} | {options} |"


def _options() -> list[str]:
    """A row for each option, and for each way in which formats have it."""
    users: dict[Described, list[str]] = {}
    for known in registry().values():
        for one in described(known.options):
            users.setdefault(one, []).append(f"`{known.name}`")
    return [
        f"| `{one.name}` | {one.values} | {one.default} | {', '.join(users[one])} |"
        for one in sorted(users, key=lambda one: one.name)
    ]


def main() -> None:
    OUT.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
