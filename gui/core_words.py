"""The core's titles and notes that people read in the editor, so that they are found and translated: `tr(style.title)`."""

from __future__ import annotations

from .text import noop

FORMATS = (
    noop("AlphaPose JSON"),
    noop("AMASS (SMPL-H, SMPL-X)"),
    noop("BVH motion capture"),
    noop("COCO-WholeBody JSON"),
    noop("CSV table, a row for each joint"),
    noop("CSV table, a row for each frame"),
    noop("DWPose and RTMPose arrays"),
    noop("DWPose and RTMPose array (.npy)"),
    noop("EchoMimicV2 pose folder"),
    noop("Human3.6M joints"),
    noop("FreiHAND and InterHand2.6M hands"),
    noop("MediaPipe landmarks"),
    noop("MMPose JSON"),
    noop("PoseForge archive"),
    noop("OpenPose JSON"),
    noop("OpenPose JSON in one file (ControlNet, ComfyUI)"),
    noop("pose-format file (.pose)"),
    noop("PoseForge project"),
    noop("SMPL-X and MANO parameters"),
    noop("easy_ViTPose JSON"),
)
STYLES = (
    noop("DWPose: body, hands and face, dimmed by confidence"),
    noop("EchoMimicV2: hands only, as its pose encoder sees them"),
    noop("MimicMotion: body, hands and face, dimmed by confidence, drawn large"),
    noop("MusePose: long limbs wide, short ones thin, no face"),
    noop("OpenPose for ControlNet: body, hands and face in full colours"),
    noop("SteadyDancer: as MusePose, drawn at twice the size"),
    noop("UniAnimate: body with feet, and hands"),
    noop("VACE: body and face"),
    noop("Wan2.2-Animate: body with feet, and hands, strokes as wide as the picture is large"),
    noop("Wan2.2-S2V: body and hands"),
)
PIPELINES = (
    noop(
        "one picture a frame, at the canvas's own size; nodes that read POSE_KEYPOINT take "
        "`poseforge convert --to openpose-list`"
    ),
    noop(
        "it reads a real video: these maps go in place of what its DWPose step draws, after one of the reference picture, "
        "which has to be the first"
    ),
    noop("give it as the pose video"),
    noop("put it into assets/poses/align and name it in the test case"),
    noop("it also takes faces/, masks of the face, and --size 576x1024"),
    noop("add prompt.txt; negative/ holds the same poses, each widened and scaled at random, as its own preparation does"),
    noop(
        "add ref_pose.jpg (pose.jpg in some versions), the pose of the reference picture: the 0000.jpg of an export of that; "
        "the first UniAnimate takes only 32 frames"
    ),
    noop("give it as src_video; frames that it shall invent are grey (127) there"),
    noop(
        "add src_face.mp4, 512x512 crops of a speaking face at the same rate; to replace somebody also src_bg.mp4 and "
        "src_mask.mp4"
    ),
    noop("give it as --pose_video beside the sound"),
)
FACTS = (noop("its own"), noop("any"))
"""What `Export.facts` says where it has no number."""
NOTES = (
    noop("there are no hands in these frames, and EchoMimicV2 draws nothing else"),
    noop("nobody is in any frame, so there is nothing to animate"),
    noop(
        "take a source that has it, or give it a hand shape: in the editor's hand panel in all frames, or with a shape: line "
        "in a script for poseforge compose"
    ),
    noop("the poses must have the proportions and the place of whoever is in the reference picture"),
)
WORDS = (noop("left"), noop("right"), noop("points"), noop("poses"), noop("gestures"))
WAYS = (noop("lower"), noop("higher"), noop("farther left"), noop("farther right"))
PROPORTIONS = (noop("shoulders"), noop("neck"), noop("head"), noop("arms"), noop("hands"), noop("scale"))
"""What stands in messages of the core."""
