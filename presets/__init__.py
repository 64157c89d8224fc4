"""Data only: hands/, gestures/ and styles/ as JSON, read through `poseforge.library` and `poseforge.render`."""
