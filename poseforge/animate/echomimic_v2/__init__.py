"""EchoMimicV2: its networks, and everything that makes a video with them."""
