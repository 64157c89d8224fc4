"""What is fast, as ratios within one run: `python -m benchmarks.render [POSE_FOLDER]`."""
