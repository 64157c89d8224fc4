"""Authors the built-in hand shapes: writes presets/hands/*.json.

    python tools/author_hands.py

Fingers are given by the bend of their joints. Where a thumb touches something, the place it touches is given instead, and
its angles are found: five angles that a person can set in only one comfortable way.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from poseforge.library import FINGER_JOINTS, HandShape, as_json
from poseforge.performer import performer
from poseforge.rig import Motion
from poseforge.skeleton import FINGERS

RIG = performer()
SKELETON = RIG.skeleton
OUT = Path(__file__).parent.parent / "presets" / "hands"

Vector = tuple[float, float, float]
Angles = dict[str, Vector]
Bend = tuple[float, float, float, float]
Touch = tuple[str, float, float, float]
"""A finger, how many joints from its knuckle (3 is the tip), millimetres off the bone to the palm's and to the thumb's side."""

THUMB = ("thumb_1", "thumb_2", "thumb_3")
_FREE = [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0)]
"""What a thumb can choose: the three angles of its root, the bend of its other two joints."""


def bent(**fingers: Bend) -> Angles:
    """Finger -> (knuckle flex, spread toward the thumb, middle flex, tip flex) as joint -> angles."""
    angles: Angles = {}
    for finger, (first, spread, second, third) in fingers.items():
        angles |= {f"{finger}_1": (first, spread, 0), f"{finger}_2": (second, 0, 0), f"{finger}_3": (third, 0, 0)}
    return angles


def places(angles: Angles) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Places in metres and orientations of a left hand's joints, the wrist at the origin, fingers +x, palm down, thumb +z."""
    values = np.zeros((1, len(SKELETON), 3))
    for joint, given in angles.items():
        values[0, SKELETON.index(f"left_{joint}")] = np.radians(given)
    found, turned = RIG.world(Motion(RIG.rotations(values), np.zeros((1, 3)), RIG))
    wrist = found[0, SKELETON.index("left_wrist")]
    where = {joint: found[0, SKELETON.index(f"left_{joint}")] - wrist for joint in FINGER_JOINTS}
    facing = {joint: turned[0, SKELETON.index(f"left_{joint}")] for joint in FINGER_JOINTS}
    for finger in FINGERS:
        tip = np.array(RIG.landmarks[f"left_{finger}_4"][1])
        where[f"{finger}_4"] = where[f"{finger}_3"] + facing[f"{finger}_3"] @ tip
    return where, facing


def touching(fingers: Angles, touch: Touch, comfort: tuple[float, ...] = (15, 10, 0, 20, 25)) -> Angles:
    """The thumb whose tip is where `touch` says, as near as possible to angles that are comfortable, in degrees."""
    where, facing = places(fingers)
    finger, along, off, aside = touch
    joint = min(int(along) + 1, 3)
    here, there = where[f"{finger}_{joint}"], where[f"{finger}_{joint + 1}"]
    turn = facing[f"{finger}_{joint}"]
    target = here + (there - here) * (along + 1 - joint) + turn @ np.array([0.0, -off, aside]) / 1000
    limits = np.degrees([RIG.limits[SKELETON.index(f"left_{THUMB[j]}"), axis] for j, axis in _FREE])

    def thumb(values: np.ndarray) -> Angles:
        angles = np.zeros((3, 3))
        for (j, axis), value in zip(_FREE, values, strict=True):
            angles[j, axis] = value
        return {name: (float(row[0]), float(row[1]), float(row[2])) for name, row in zip(THUMB, angles, strict=True)}

    def missing(values: np.ndarray) -> np.ndarray:
        reached = places(thumb(values))[0]["thumb_4"]
        return np.concatenate([(reached - target) / 0.001, (values - comfort) / 40])

    return thumb(least_squares(missing, np.array(comfort), bounds=(limits[:, 0] + 0.5, limits[:, 1] - 0.5)).x)


FACING: tuple[Vector, Vector] = ((0.03, 1.0, 0.08), (0.10, -0.08, 1.0))
"""Fingers up, palm to the viewer."""

MIDDLE, RING, LITTLE = (84, 0, 98, 60), (86, -1, 100, 62), (88, -3, 98, 62)
CURLED = {"middle": MIDDLE, "ring": RING, "little": LITTLE}
FIST = bent(index=(82, 2, 98, 58), **CURLED)
FANNED = {"index": (0, 13, 3, 2), "middle": (0, 2, 3, 2), "ring": (2, -9, 4, 3), "little": (2, -22, 5, 4)}
RELAXED = bent(
    thumb=(8, 6, 12, 14), index=(20, 3, 30, 10), middle=(25, 0, 36, 13), ring=(30, -2, 41, 16), little=(34, -6, 45, 19)
)
TOGETHER = {"index": (2, -1, 4, 3), "middle": (3, 0, 4, 3), "ring": (4, 2, 5, 4), "little": (5, 3, 6, 4)}


def laid(fingers: Angles, touch: Touch = ("middle", 1.4, -12, 0)) -> Angles:
    """Fingers with the thumb laid over those that are curled."""
    return fingers | touching(fingers, touch, (30, 20, 10, 30, 35))


def shape(id: str, names: str, tags: str, angles: Angles, shown: tuple[Vector, Vector] = FACING) -> HandShape:
    """`names` and `tags` as "English | Chinese", the tags between commas."""
    name = dict(zip(("en", "zh"), (part.strip() for part in names.split("|")), strict=True))
    words = (tuple(word.strip() for word in part.split(",")) for part in tags.split("|"))
    rounded = {joint: tuple(round(float(value), 1) + 0.0 for value in angles[joint]) for joint in FINGER_JOINTS}
    return HandShape(id, name, dict(zip(("en", "zh"), words, strict=True)), rounded, *shown)


def open_hands() -> tuple[HandShape, ...]:
    beside = touching(bent(**TOGETHER), ("index", 0.5, 0, 13), (0, 0, 0, 0, 5))
    offered = ((0.80, 0.10, 0.58), (0.10, 0.70, 0.68))
    hanging = ((0.10, -0.98, 0.18), (-0.45, -0.10, -0.85))
    return (
        shape("relaxed", "Relaxed hand | 放松的手", "idle, rest, neutral | 静止, 自然, 放松", RELAXED, hanging),
        shape("open", "Open hand | 张开的手", "palm, hello, natural | 手掌, 你好, 自然",
              bent(thumb=(-6, 14, 8, 8), index=(12, 6, 18, 9), middle=(14, 1, 20, 10), ring=(16, -5, 22, 11),
                   little=(18, -13, 24, 12))),
        shape("flat", "Flat hand, palm up | 平伸的手，掌心向上", "offer, give, present | 递, 给, 请",
              bent(thumb=(-10, 20, 6, 6), **TOGETHER), offered),
        shape("stop", "Stop | 停", "halt, wait, no | 停止, 等等, 不",
              beside | bent(**TOGETHER), ((0.0, 1.0, -0.06), (0.0, 0.06, 1.0))),
        shape("five", "Five | 五", "number, 5, high five, wu | 数字, 5, 击掌, 五", bent(thumb=(-16, 20, -2, -4), **FANNED)),
        shape("spread", "Fingers spread wide | 用力张开", "stretched, tense, surprise, wide | 伸展, 紧张, 惊讶",
              bent(thumb=(-22, 36, -9, -14), index=(-18, 22, -2, -4), middle=(-20, 4, -2, -4), ring=(-18, -13, -2, -4),
                   little=(-14, -25, -2, -4)), ((0.0, 1.0, 0.0), (-0.30, 0.10, 0.95))),
        shape("cup", "Cupped hand | 捧", "hold water, receive, beg | 捧水, 接, 讨",
              bent(thumb=(16, 14, 12, 18), index=(36, -2, 28, 16), middle=(38, 0, 30, 18), ring=(40, 2, 32, 18),
                   little=(42, 5, 32, 18)), ((-0.62, 0.05, 0.78), (0.20, 0.90, 0.40))),
        shape("claw", "Claw | 爪", "scratch, monster, tiger | 抓, 怪物, 老虎",
              bent(thumb=(0, 34, 30, 48), index=(2, 14, 66, 44), middle=(0, 3, 68, 46), ring=(2, -9, 68, 46),
                   little=(4, -21, 64, 44)),
              ((-0.25, 0.80, 0.50), (-0.45, -0.50, 0.70))),
        shape("salute", "Salute hand | 敬礼的手", "military, hello, respect | 军人, 致敬",
              beside | bent(**TOGETHER), ((-0.80, 0.55, 0.20), (-0.35, -0.72, 0.60))),
        shape("vulcan", "Vulcan salute | 瓦肯举手礼", "live long and prosper, star trek | 生生不息, 星际迷航",
              bent(thumb=(-20, 30, -4, -6), index=(0, 15, 3, 2), middle=(0, 16, 3, 2), ring=(2, -18, 4, 3),
                   little=(2, -20, 5, 4))),
    )  # fmt: skip


def numbers() -> tuple[HandShape, ...]:
    one = bent(index=(0, 2, 3, 2), **CURLED)
    two = bent(index=(2, 15, 4, 3), middle=(2, -12, 4, 3), ring=RING, little=LITTLE)
    three = bent(index=(2, 15, 4, 3), middle=(2, 0, 4, 3), ring=(4, -15, 6, 4), little=LITTLE)
    qi = bent(index=(62, -3, 28, 14), middle=(60, 4, 30, 14), ring=RING, little=LITTLE)
    crossing = bent(index=(16, -12, 12, 6), middle=(2, 16, 6, 2), ring=RING, little=LITTLE)
    out = bent(thumb=(-18, 32, -5, -10))
    return (
        shape("one", "One | 一", "number, 1, index, yi | 数字, 1, 食指, 一", laid(one)),
        shape("v", "Victory | 胜利", "two, 2, peace, scissors, er | 耶, 二, 2, 剪刀, 和平", laid(two, ("ring", 1.4, -12, 0))),
        shape("three", "Three | 三", "number, 3, san | 数字, 3, 三", laid(three, ("little", 1.6, -10, 0))),
        shape("three_german", "Three with the thumb | 三（带拇指）", "number, 3, thumb | 数字, 3, 拇指",
              out | bent(index=(0, 12, 3, 2), middle=(0, -4, 3, 2), ring=RING, little=LITTLE)),
        shape("four", "Four | 四", "number, 4, si | 数字, 4, 四", bent(thumb=(44, -6, 34, 50), **FANNED)),
        shape("liu", "Six | 六", "number, 6, liu, chinese | 数字, 6, 六", out | FIST | bent(little=(0, -20, 4, 4))),
        shape("qi", "Seven | 七", "number, 7, qi, chinese | 数字, 7, 七", qi | touching(qi, ("index", 3, 2, -3)),
              ((-0.62, 0.72, 0.30), (-0.35, -0.50, 0.80))),
        shape("ba", "Eight | 八", "number, 8, ba, chinese, L | 数字, 8, 八", out | bent(index=(0, 6, 3, 2), **CURLED)),
        shape("jiu", "Nine | 九", "number, 9, jiu, hook, chinese | 数字, 9, 九, 钩",
              laid(bent(index=(2, 2, 96, 56), **CURLED)), ((-0.10, 0.90, 0.30), (0.66, -0.20, 0.72))),
        shape("shi", "Ten (fist) | 十（拳）", "number, 10, shi, chinese | 数字, 10, 十",
              FIST | touching(FIST, ("index", 1.3, -2, 13), (0, -5, 0, 10, 10)), ((0.0, 1.0, 0.10), (0.0, -0.10, 1.0))),
        shape("crossed_fingers", "Fingers crossed | 交叉手指", "luck, hope, ten, shi | 好运, 希望, 十, 10",
              laid(crossing, ("ring", 1.4, -12, 0))),
    )  # fmt: skip


def signs() -> tuple[HandShape, ...]:
    ok = bent(index=(48, 8, 62, 28), middle=(14, 3, 14, 8), ring=(6, -8, 10, 6), little=(0, -20, 8, 5))
    horns = bent(index=(0, 8, 3, 2), middle=MIDDLE, ring=RING, little=(2, -16, 5, 4))
    love = bent(index=(40, 4, 50, 20), **CURLED)
    out, sideways = bent(thumb=(-18, 34, -5, -10)), ((-0.86, 0.04, 0.50), (-0.50, 0.0, -0.86))
    return (
        shape("point", "Pointing | 指", "there, index, look | 那里, 食指, 看", laid(bent(index=(2, 0, 3, 2), **CURLED)),
              ((-0.94, 0.22, 0.25), (0.22, 0.10, -0.97))),
        shape("gun", "Finger gun | 手枪", "shoot, you, L | 射, 枪",
              out | bent(index=(0, -1, 3, 2), middle=(2, 2, 4, 3), ring=RING, little=LITTLE),
              ((-0.90, 0.12, 0.40), (0.40, 0.0, -0.92))),
        shape("thumb_up", "Thumb up | 竖拇指", "good, like, yes | 好, 赞, 棒", out | FIST, sideways),
        shape("thumb_down", "Thumb down | 拇指向下", "bad, dislike, no | 差, 踩, 不好", out | FIST,
              ((-0.86, -0.04, 0.50), (0.50, 0.0, 0.86))),
        shape("ok", "OK | 好的", "okay, fine, circle, three | 可以, 没问题, 三", ok | touching(ok, ("index", 3, 3, 0))),
        shape("call_me", "Call me | 打电话", "phone, shaka, hang loose | 电话, 联系我",
              FIST | bent(thumb=(-22, 34, -8, -14), little=(-4, -20, 3, 3)), ((-0.62, 0.78, 0.10), (0.05, -0.10, -1.0))),
        shape("rock", "Rock on | 摇滚", "horns, metal, concert | 金属, 摇滚手势", laid(horns, ("middle", 1.7, -12, 0))),
        shape("i_love_you", "I love you (sign) | 我爱你（手语）", "ily, sign language, love | 爱, 手语",
              out | horns),
        shape("finger_heart", "Finger heart | 比心", "korean, love, like, small heart | 爱心, 韩式, 小心心",
              love | touching(love, ("index", 2.6, -12, 8)), ((-0.15, 0.97, 0.20), (-0.88, -0.10, 0.46))),
        shape("heart_half", "Half of a heart | 半个爱心", "love, both hands | 爱, 双手",
              bent(thumb=(6, 42, -2, 4), index=(52, -1, 52, 26), middle=(54, 0, 54, 28), ring=(56, 1, 56, 28),
                   little=(58, 2, 56, 28)),
              ((-0.84, 0.52, 0.15), (-0.45, -0.80, 0.40))),
        shape("pinky", "Little finger | 小指", "promise, small, bad | 拉钩, 约定, 小",
              laid(FIST | bent(little=(0, -16, 4, 4)), ("middle", 1.4, -12, 0))),
    )  # fmt: skip


def grips() -> tuple[HandShape, ...]:
    pinch = bent(index=(46, 4, 44, 20), middle=(56, 1, 60, 34), ring=(62, -3, 68, 38), little=(66, -7, 70, 40))
    small = bent(index=(46, 6, 34, 14), **CURLED)
    bunch = bent(index=(62, -8, 24, 10), middle=(60, 0, 24, 10), ring=(62, 9, 24, 10), little=(60, 18, 24, 10))
    round_o = bent(index=(44, 0, 54, 30), middle=(46, 0, 54, 30), ring=(48, 2, 54, 30), little=(50, 5, 52, 28))
    pen = bent(index=(52, -2, 34, 8), middle=(58, 3, 44, 14), ring=(66, -2, 76, 42), little=(70, -4, 78, 42))
    bar = bent(index=(58, 4, 62, 34), middle=(60, 0, 64, 36), ring=(62, -2, 66, 38), little=(64, -5, 66, 38))
    edge = ((-0.72, 0.62, 0.30), (-0.50, -0.20, 0.84))
    return (
        shape("fist", "Fist | 拳头", "punch, power, strength | 出拳, 力量, 加油", laid(FIST),
              ((-0.20, 0.88, 0.42), (-0.10, -0.45, 0.88))),
        shape("loose_fist", "Loose fist | 空拳", "soft, relaxed fist, knock | 松拳, 敲门",
              laid(bent(index=(58, 2, 78, 40), middle=(62, 0, 80, 42), ring=(66, -2, 82, 44), little=(70, -5, 82, 44)),
                   ("index", 1.7, -9, 4)), ((-0.55, 0.80, 0.25), (-0.30, -0.10, 0.95))),
        shape("grip", "Holding a bar | 握", "hold, microphone, glass, stick | 拿, 话筒, 杯子",
              laid(bar, ("middle", 2.2, -10, 0)), ((-0.45, 0.25, 0.86), (-0.85, 0.10, -0.45))),
        shape("c_shape", "C | C 形", "hold a can, letter c, curve | 拿罐子, 字母 C",
              bent(thumb=(4, 34, 8, 20), index=(38, 0, 40, 26), middle=(39, 0, 41, 27), ring=(40, 1, 42, 27),
                   little=(41, 3, 42, 27)),
              edge),
        shape("o_shape", "O | O 形", "zero, letter o, ring | 零, 字母 O, 圈",
              round_o | touching(round_o, ("index", 3, 3, 0)), edge),
        shape("pinch", "Pinch | 捏", "pick, small thing, detail | 拿, 小东西, 细节",
              pinch | touching(pinch, ("index", 3, 3, 0)), edge),
        shape("little_bit", "A little bit | 一点点", "small, gap, tiny | 小, 少, 一点",
              small | touching(small, ("index", 3, 28, 0)), edge),
        shape("precision_grip", "Holding a pen | 握笔", "write, pen, precision | 写字, 笔, 精确",
              pen | touching(pen, ("index", 2.9, 7, -4)), ((-0.80, -0.35, 0.45), (-0.25, -0.90, -0.30))),
        shape("bunch", "Fingertips together | 指尖并拢", "italian, what do you want, food | 意大利, 你想怎样, 吃",
              bunch | touching(bunch, ("middle", 3, 3, 0)), ((0.0, 0.70, 0.72), (-0.20, 0.70, -0.66))),
    )  # fmt: skip


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for made in (*open_hands(), *numbers(), *signs(), *grips()):
        (OUT / f"{made.id}.json").write_text(as_json(made), encoding="utf-8")


if __name__ == "__main__":
    main()
