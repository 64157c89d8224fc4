"""Authors the built-in gestures: writes presets/gestures/*.json.

    python tools/author_gestures.py

Each is directed as an actor would be: where the hands are at which frame, where they point, what shape they take. `acting`
makes joint angles of that, which is all that the files hold. The tempo is that of recorded people; presets/README.md
compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from acting import BODY, REST, Moment, Pose, Vector, mix
from directing import gesture, late, other_hand, raised, told

from poseforge.library import Gesture, as_json, hand_shape

OUT = Path(__file__).parent.parent / "presets" / "gestures"

FRONT: tuple[Vector, Vector] = ((-0.04, 1.0, 0.14), (-0.26, -0.14, 0.95))
"""Fingers up, palm to the viewer and a little inward, as far as a forearm turns with its elbow at the side."""


def at(
    shape: str,
    x: float,
    y: float,
    depth: float,
    fingers: Vector,
    palm: Vector,
    elbow: Vector = (0.8, -1.0, -0.2),
    lift: float = -5,
    arc: Vector = (0.025, 0.0, 0.04),
) -> Pose:
    return Pose((x, y), depth, fingers, palm, shape, elbow, (6, lift), arc)


together = partial(at, elbow=(0.9, -1.0, -0.2), arc=(0.08, 0.0, 0.05))
"""A pose of a hand that meets the other: on its way it keeps clear of it."""


def resting() -> Iterator[Gesture]:
    yield gesture("rest", "Rest | 静息 | idle, calm | 静止, 平静", tempo="idle")  # no keys: the performer's stance

    def risen(side: str, much: float) -> Pose:
        """The arm at rest, lifted a little by a breath."""
        x, y = REST[side].wrist
        return replace(REST[side], wrist=(x + 0.006 * much, y - 0.011 * much), collar=(6 - much, -5 + 2.2 * much))

    breaths = {
        side: [
            (0, REST[side]),
            (6 + lag, REST[side]),
            (36 + lag, risen(side, much)),
            (78 + lag, risen(side, -0.15 * much)),
            (108 + lag, risen(side, 0.85 * much)),
            (150, REST[side]),
        ]
        for side, much, lag in (("right", 1.0, 0), ("left", 0.88, 2))
    }
    chest = [
        (0, BODY),
        (6, BODY),
        (36, {"spine_3": (0.6, 0, 0), "head": (-3, 1.5, 2)}),
        (78, {"spine_3": (2.2, 0, 0), "head": (-2, 1, 4)}),
        (108, {"spine_3": (0.8, 0, 0), "head": (-3, -1, -1)}),
        (150, BODY),
    ]
    words = "Breathing | 呼吸 | idle, alive, wait, listen | 静止, 呼吸, 等待, 倾听"
    yield gesture("breathing_both", words, **breaths, body=chest, tempo="idle")

    over = together("relaxed", 0.076, 0.842, 0.330, (-0.88, -0.30, 0.16), (0.15, -0.25, -0.95))
    under = together("relaxed", 0.080, 0.855, 0.260, (-0.88, -0.34, 0.06), (0.15, -0.25, -0.95))
    folded = {
        side: [
            (0, REST[side]),
            (6 + lag, REST[side]),
            (21 + lag, pose),
            (44, replace(pose, wrist=(pose.wrist[0], pose.wrist[1] - 0.004))),
            (63 - lag // 2, replace(REST[side], arc=(0.02, 0.0, 0.04 * lag))),
            (76, REST[side]),
        ]
        for side, pose, lag in (("right", over, 2), ("left", under, 0))
    }
    words = "Hands folded | 双手交叠 | idle, wait, listen | 静止, 等待, 倾听"
    yield gesture("hands_folded_both", words, **folded, tempo="talking")


def swung() -> Iterator[Gesture]:
    """What a raised right hand does to and fro."""

    def wave(out: float) -> Pose:
        """A moment of the wave: `out` from -1 (toward the head) to 1 (away from it)."""
        tilt = np.radians(2 - 17 * out)
        fingers = (-float(np.sin(tilt)), float(np.cos(tilt)), 0.12)
        place = (0.310 + 0.084 * out, 0.450 + 0.014 * abs(out), 0.20)
        return at("open", *place, fingers, (-0.10, -0.1, 1.0), (0.42, -1.0, -0.1))

    swings = [(15, -0.8), (21, 1.0), (26, -1.0), (31, 1.0), (36, -0.95), (41, 0.9), (46, -0.8), (51, 0.0), (55, 0.0)]
    moments = raised("right", *((frame, wave(out)) for frame, out in swings), down=17, rest=32)
    yield gesture("wave_right", "Wave | 挥手 | hello, goodbye, greeting | 你好, 再见, 打招呼", moments)

    def no(out: float) -> Pose:
        tilt = np.radians(20 * out)
        fingers = (float(np.sin(tilt)), float(np.cos(tilt)), 0.15)
        return at("one", 0.235 + 0.050 * out, 0.545, 0.27, fingers, (-0.22, -0.15, 0.96))

    swings = [(13, -0.9), (18, 1.0), (22, -1.0), (26, 1.0), (30, -0.95), (34, 0.9), (38, -0.6), (42, 0.0), (50, 0.0)]
    moments = raised("right", *((frame, no(out)) for frame, out in swings), down=16, rest=16)
    head = [(0, BODY), (12, BODY), *((12 + 6 * i, {"head": (-3, 0, 5 * (-1) ** i)}) for i in range(1, 5)), (46, BODY)]
    yield gesture("no_no_right", "No-no finger | 摇手指 | no, do not, warning | 不, 不行, 警告", moments, body=head)

    near = at("cup", 0.200, 0.555, 0.27, (-0.20, 0.98, 0.02), (-0.15, 0.10, -0.9))
    far = at("flat", 0.205, 0.585, 0.40, (-0.12, 0.62, 0.78), (-0.15, 0.62, -0.9))
    beckon = [(16 + 6 * i, (far, near)[i % 2]) for i in range(6)]
    moments = raised("right", *beckon, down=18, rest=28)
    yield gesture("come_here_right", "Come here | 过来 | closer, invite, join | 靠近, 来, 邀请", moments)

    low = at("fist", 0.215, 0.56, 0.24, (-0.15, 0.96, 0.20), (-0.62, -0.15, 0.70))
    high = at("fist", 0.225, 0.460, 0.24, (-0.15, 0.98, 0.05), (-0.62, -0.10, 0.72))
    held = mix(low, high, 0.12)
    moments = raised("right", (13, high), (18, low), (23, high), (28, low), (31, held), (41, held), down=19, rest=14)
    yield gesture("fist_pump_right", "Fist pump | 加油 | yes, win, come on, cheer | 加油, 赢了, 太好了", moments)


def counted() -> Iterator[Gesture]:
    """Numbers, one after another: the hand lifts, the fingers change, the hand falls upon the number."""
    moments: list[Moment] = []
    for frame, shape in ((12, "one"), (28, "v"), (44, "three")):
        for later, lift in ((0, 0.070), (3, -0.012), (6, 0.004), (11, 0.006)):
            moments.append((frame + later, at(shape, 0.245, 0.585 - lift, 0.28, *FRONT)))
    moments = raised("right", *moments, (58, moments[-1][1]), down=14, rest=8)
    words = "Count one, two, three | 数一二三 | numbers, list, three | 数字, 列举, 三"
    yield gesture("count_123_right", words, moments)

    moments = []
    for frame, shape in ((12, "one"), (24, "v"), (36, "three"), (48, "four")):
        low = at(shape, 0.225, 0.605, 0.28, *FRONT)
        moments += [
            (frame, at(shape, 0.210, 0.525, 0.27, *FRONT)),
            (frame + 3, at(shape, 0.225, 0.620, 0.29, *FRONT)),
            (frame + 7, low),
        ]
    moments = raised("right", *moments, (62, moments[-1][1]), down=15, rest=21)
    words = "Listing points | 列举要点 | first second third, list, four | 第一第二第三, 要点, 四"
    yield gesture("list_right", words, moments)


def shown() -> Iterator[Gesture]:
    """Hand shapes held out to the viewer with the right hand."""
    thumb: tuple[Vector, Vector] = ((-0.72, 0.06, 0.66), (-0.66, 0.0, -0.72))
    act = told(at("thumb_up", 0.235, 0.495, 0.27, *thumb), at("thumb_up", 0.250, 0.565, 0.35, *thumb))
    yield gesture("thumbs_up_right", "Thumbs up | 点赞 | good, like, well done | 好, 赞, 很棒", act)

    palm = (-0.12, 0.02, 1.0)
    act = told(
        at("stop", 0.250, 0.535, 0.18, (-0.02, 1.0, 0.0), palm),
        at("stop", 0.210, 0.590, 0.44, (-0.02, 1.0, 0.0), palm),
        prepare=9,
        settle=0.2,
        hold=10,
    )
    yield gesture("stop_right", "Stop | 停 | halt, wait, enough | 停止, 等等, 够了", act)

    for shape, words in (
        ("ok", "OK | 好的 | okay, fine, agreed | 可以, 没问题, 同意"),
        ("v", "Victory sign | 剪刀手 | peace, two, photo | 耶, 二, 拍照"),
        ("finger_heart", "Finger heart | 手指比心 | love, thank you, korean | 爱心, 喜欢, 谢谢"),
        ("call_me", "Call me | 打电话给我 | phone, contact | 电话, 联系"),
        ("little_bit", "A little bit | 一点点 | small, tiny, almost | 小, 少, 差一点"),
    ):
        known = hand_shape(shape)
        way = FRONT if shape in ("ok", "v") else (known.fingers, known.palm)
        poses = at(shape, 0.205, 0.508, 0.27, *way), at(shape, 0.250, 0.620, 0.35, *way)
        yield gesture(f"{shape}_right", words, told(*poses, prepare=9, strike=5, settle=0.4, hold=16, retract=15, rest=8))


def pointed() -> Iterator[Gesture]:
    act = told(
        at("point", 0.220, 0.545, 0.25, (-0.30, 0.55, 0.78), (-0.30, -0.76, 0.55)),
        at("point", 0.185, 0.590, 0.46, (-0.10, 0.10, 0.99), (-0.25, -0.95, 0.10)),
        settle=0.12,
    )
    yield gesture("point_viewer_right", "Point at the viewer | 指向观众 | you, audience | 你, 大家, 观众", act)

    act = told(
        at("flat", 0.175, 0.570, 0.32, (-0.90, 0.30, 0.12), (-0.10, -0.10, -1.0)),
        at("flat", 0.085, 0.620, 0.17, (-0.95, 0.30, 0.05), (-0.08, -0.05, -1.0)),
        prepare=7,
        hold=14,
        settle=0.12,
    )
    yield gesture("self_right", "Hand on the heart | 手放胸口 | me, self, sincere | 我, 自己, 真心", act)

    act = told(
        at("point", 0.198, 0.451, 0.26, (-0.10, 0.95, 0.25), (-0.25, -0.25, 0.92)),
        at("point", 0.275, 0.412, 0.22, (-0.05, 1.0, 0.10), (-0.25, -0.10, 0.96)),
        prepare=10,
        settle=0.1,
        hold=13,
        retract=17,
        rest=11,
    )
    yield gesture("up_right", "Point up | 指向上方 | above, look up, top | 上面, 往上看", act)

    act = told(
        at("point", 0.190, 0.550, 0.26, (0.05, 0.50, 0.85), (-0.55, -0.40, 0.45)),
        at("point", 0.315, 0.620, 0.22, (0.96, 0.20, 0.10), (0.05, -0.35, 0.93), (0.4, -1.0, -0.3)),
        hold=11,
        settle=0.1,
    )
    yield gesture("side_right", "Point to the right side | 指向右侧 | there, right, beside, look | 那边, 右边, 看", act)
    act = [(frame, REST["left"] if pose.shape == "relaxed" else pose) for frame, pose in act]
    yield gesture("side_left", "Point to the left side | 指向左侧 | there, left, beside, look | 那边, 左边, 看", left=act)


def at_the_head() -> Iterator[Gesture]:
    act = told(
        at("point", 0.228, 0.505, 0.27, (-0.40, 0.88, 0.20), (-0.50, -0.20, -0.85)),
        at("point", 0.105, 0.447, 0.21, (-0.40, 0.92, 0.02), (-0.70, -0.25, -0.66)),
        prepare=9,
        strike=5,
        settle=0.3,
        retract=16,
        rest=11,
    )
    yield gesture("think_right", "Hand at the chin | 托腮思考 | think, wonder, hmm | 思考, 想, 嗯", act)

    act = told(
        at("salute", 0.236, 0.427, 0.25, (-0.30, 0.92, 0.25), (-0.55, -0.30, 0.80), (1.0, -0.35, -0.1), 8),
        at("salute", 0.190, 0.255, 0.17, (-0.84, 0.52, 0.0), (-0.30, -0.55, 0.78), (1.0, -0.2, -0.1), 12),
        prepare=10,
        settle=0.2,
        hold=19,
        retract=22,
        rest=14,
    )
    yield gesture("salute_right", "Salute | 敬礼 | respect, yes sir, military | 致敬, 是, 军礼", act)


def presented() -> Iterator[Gesture]:
    """Palms open to what is told, calm, as while talking: the forearm swings out about the elbow, the hand turns with it."""
    beside = (1.0, -1.0, -0.5)

    def present(side: str, shift: float = 0.0) -> list[Moment]:
        return told(
            at("relaxed", 0.240 + shift, 0.800, 0.29, (-0.70, 0.50, 0.45), (0.10, -0.05, -0.98), beside, arc=(0, -0.02, 0.01)),
            at("relaxed", 0.325 + shift, 0.812, 0.285, (0.16, 0.56, 0.81), (-0.18, 0.72, -0.58), beside),
            side=side,
            start=4,
            prepare=11,
            strike=9,
            settle=0.15,
            hold=16,
            retract=20,
            rest=22,
        )

    tags = "show, here, introduce, offer | 展示, 这里, 请看"
    yield gesture("present_right", f"Present on the right | 右手介绍 | {tags}", present("right"), tempo="talking")
    yield gesture("present_left", f"Present on the left | 左手介绍 | {tags}", left=present("left"), tempo="talking")
    act = present("right", -0.01)
    words = "Both palms open | 双手摊开 | welcome, everyone, honest, explain | 欢迎, 大家, 说明"
    yield gesture("palms_open_both", words, act, other_hand(act, "left", 0.1, lag=2), tempo="talking")

    apart = at("relaxed", 0.242, 0.858, 0.27, (-0.45, -0.50, 0.74), (-0.75, 0.30, -0.45))
    act = told(mix(REST["right"], apart, 0.25), apart, prepare=6, strike=9, settle=0.15, hold=16, retract=17, rest=15)
    words = "Hands part | 双手分开 | talking, explain, so, open | 说话, 解释, 所以, 打开"
    yield gesture("hands_part_both", words, act, other_hand(act, "left", 0.1, lag=2), tempo="talking")


def beaten() -> Iterator[Gesture]:
    """Beats that accompany speech: quick, small, downward."""

    def beat(out: float, height: float, size: float, shape: str = "open") -> list[Moment]:
        top, low = (
            at(shape, out, height + drop, 0.31, (-0.52, up, 0.80), (-0.85, 0.10, -0.45), arc=(0, 0, 0.01))
            for drop, up in ((0.0, 0.14), (size, -0.08))
        )
        rest, middle, held = REST["right"], mix(top, low, 0.45), mix(top, low, 0.7)
        return [
            *((0, rest), (6, rest), (19, top), (23, low), (29, middle), (34, top), (38, mix(top, low, 0.85))),
            *((44, held), (56, held), (78, rest), (110, rest)),
        ]

    words = "Small beat | 小节拍 | emphasis, talking, stress | 强调, 说话, 重音"
    yield gesture("beat_small_right", words, beat(0.210, 0.770, 0.038, "relaxed"), tempo="talking")
    words = "Large beat | 大节拍 | emphasis, important, stress | 强调, 重要, 重音"
    yield gesture("beat_large_right", words, beat(0.220, 0.770, 0.060), tempo="talking")
    words = "Beat with both hands | 双手节拍 | emphasis, talking, explain | 强调, 说话, 解释"
    act = beat(0.212, 0.775, 0.050, "relaxed")
    yield gesture("beat_both", words, act, other_hand(act, "left", 0.12, lag=2), tempo="talking")


def spread() -> Iterator[Gesture]:
    """Two hands apart: the right one leads."""
    act = told(
        together("open", 0.215, 0.745, 0.30, (-0.05, 0.70, 0.70), (-0.75, 0.35, -0.40), lift=2),
        together("open", 0.315, 0.625, 0.24, (0.62, 0.66, 0.42), (-0.10, 0.52, 0.85), elbow=(0.6, -1.0, -0.3), lift=22),
        strike=7,
        hold=10,
    )
    head = [(0, BODY), (9, BODY), (17, {"head": (-1, 7, 0)}), (33, {"head": (-1, 6, 0)}), (48, BODY)]
    words = "Shrug | 耸肩 | I do not know, whatever | 不知道, 无所谓"
    yield gesture("shrug_both", words, act, other_hand(act, "left", 0.04), head)

    close: tuple[Vector, Vector] = ((-0.05, 0.72, 0.68), (-0.90, 0.02, 0.42))
    for id, words, first, last, depth in (
        ("size_small_both", "Small size | 小 | small, narrow, short, little | 小, 窄, 短", 0.273, 0.085, 0.33),
        ("size_large_both", "Large size | 大 | large, wide, big, huge | 大, 宽, 巨大", 0.153, 0.290, 0.27),
    ):
        poses = together("stop", first, 0.607, 0.32, *close), together("stop", last, 0.647, depth, *close)
        act = told(*poses, prepare=9, strike=5, settle=0.1, hold=14, retract=16)
        yield gesture(id, words, act, other_hand(act, "left", 0.04))


def joined() -> Iterator[Gesture]:
    """Two hands that meet."""
    palm = (-0.98, -0.05, 0.05)
    claps: dict[str, list[Moment]] = {}
    for side, out, reach, y, depth, fingers in (
        ("right", 0.152, 0.017, 0.620, 0.325, (0.01, 0.84, 0.54)),
        ("left", 0.146, 0.019, 0.630, 0.335, (0.02, 0.80, 0.60)),
    ):
        apart, meet = (together("stop", x, y, depth, fingers, palm) for x in (out, reach))
        lag = int(side == "left")
        beats = [(14 + 4 * i, (apart, meet)[i % 2]) for i in range(9)]
        claps[side] = raised(side, (14 + lag, apart), *beats[1:], down=19 + lag, rest=28 - lag)
    yield gesture("clap_both", "Clap | 鼓掌 | applause, bravo, congratulations | 掌声, 太棒了, 祝贺", **claps)

    prayer = {
        side: told(
            together("stop", x, y, 0.27, (-0.12, 0.98, 0.15), (-0.98, -0.10, -0.10)),
            together("stop", reach, 0.607, 0.27, (-0.07, 1.0, 0.12), (-1.0, -0.05, 0.10)),
            side=side,
            prepare=9,
            settle=0.0,
        )
        for side, x, y, reach in (("right", 0.150, 0.550, 0.030), ("left", 0.160, 0.560, 0.028))
    }
    bow = [(0, BODY), (14, BODY), (24, {"head": (10, 0, 0)}), (36, {"head": (9, 0, 0)}), (50, BODY)]
    words = "Palms together | 合十 | thank you, please, namaste, pray | 谢谢, 拜托, 祈祷"
    yield gesture("namaste_both", words, prayer["right"], late(prayer["left"]), bow)

    half = hand_shape("heart_half")
    halves = {
        side: told(
            together("heart_half", 0.233, 0.556, 0.28, half.fingers, half.palm, elbow=(1.0, -0.7, -0.1)),
            together("heart_half", x, y, 0.30, half.fingers, half.palm, elbow=(1.0, -0.7, -0.1)),
            side=side,
            prepare=9,
            strike=5,
            settle=0.0,
            hold=19,
            retract=16,
        )
        for side, x, y in (("right", 0.138, 0.539), ("left", 0.136, 0.543))
    }
    words = "Heart with both hands | 双手比心 | love, like, thank you | 爱心, 喜欢, 谢谢"
    yield gesture("heart_both", words, halves["right"], late(halves["left"]))


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for family in (resting, swung, counted, shown, pointed, at_the_head, presented, beaten, spread, joined):
        for made in family():
            (OUT / f"{made.id}.json").write_text(as_json(made), encoding="utf-8")


if __name__ == "__main__":
    main()
