"""One module per file format. Each ends with a `FORMAT` record; `poseforge.formats` finds them by entry point."""
