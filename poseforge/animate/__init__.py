"""Animation: a picture, poses and a voice become a video. One folder per family of models; all of them need torch."""
