"""Makes the pictures of the README: python tools/make_images.py"""

from pathlib import Path

from poseforge import library
from poseforge.media import write_frames, write_picture
from poseforge.render import iter_render, labelled
from poseforge.timeline.bake import bake

OUT = Path(__file__).parent.parent / "docs" / "images"

if __name__ == "__main__":
    gestures = [library.gesture(name) for name in library.DEMO]
    poses = bake(library.performance(gestures))
    write_frames(iter_render(poses[::2], size=(320, 320)), OUT / "gestures.webp", poses.fps / 2, overwrite=True)
    write_picture(labelled(poses, 45, cell=400), OUT / "labelled.png", overwrite=True)
