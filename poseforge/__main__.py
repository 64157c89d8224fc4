"""`python -m poseforge` is `poseforge`."""

from poseforge.cli import main

main()
