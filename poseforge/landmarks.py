"""MediaPipe's landmarks as joints: the 33 of a pose and the 468 of a face mesh. Its hands are in the hub's order already."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from poseforge.skeleton import catalogue

POSE = catalogue["mediapipe-143"].joints[:33]
"""What the landmarks of a pose are called here."""

FACE_68: tuple[tuple[int, ...], ...] = (
    (127,), (234,), (93,), (132,), (58, 172), (136,), (150,), (176,), (152,),  # jaw, from the person's right ear
    (400,), (379,), (365,), (288, 397), (361,), (323,), (454,), (356,),
    (70,), (63,), (105,), (66,), (107,), (336,), (296,), (334,), (293,), (300,),  # brows
    (6, 168), (195, 197), (5,), (4,), (98,), (97,), (2,), (326,), (327,),  # nose
    (33,), (160,), (158,), (133,), (153,), (144,), (362,), (385,), (387,), (263,), (373,), (380,),  # eyes
    (61,), (39,), (37,), (0,), (267,), (269,), (291,), (321,), (314,), (17,), (84,), (91,),  # outer lips
    (78,), (82,), (13,), (312,), (308,), (317,), (14,), (87,),  # inner lips
)  # fmt: skip
"""For each of the 68 points of the iBUG mark-up the places of the mesh whose mean it is: the correspondences of
PeizhiYan/Mediapipe_2_Dlib_Landmarks, but for point 3, of which that table has no mirror image of point 13. Compared with the
vertices of MediaPipe's canonical face model the two halves are exact mirror images."""

FACE_FIRST = np.array([places[0] for places in FACE_68])
FACE_SECOND = np.array([places[-1] for places in FACE_68])


def face_points(mesh: NDArray[np.float64]) -> NDArray[np.float64]:
    """(68, D) the points of the iBUG mark-up, of a mesh of (468 or 478, D) landmarks."""
    return np.asarray((mesh[FACE_FIRST] + mesh[FACE_SECOND]) / 2)
