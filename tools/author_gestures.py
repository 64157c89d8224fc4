"""Authors the built-in gestures: writes presets/gestures/*.json.

    python tools/author_gestures.py

Each is directed as an actor would be: where the hands are at which frame, where they point, what shape they take. `acting`
makes joint angles of that, which is all that the files hold. The tempo is that of recorded people; presets/README.md
compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from acting import BODY, REST, Angles, Moment, Pose, Vector, arm_keys, body_keys, finger_keys, mix, stance

from poseforge.library import Gesture, as_json, hand_shape
from poseforge.performer import performer

OUT = Path(__file__).parent.parent / "presets" / "gestures"

Directions = tuple[Vector, Vector]
FRONT: Directions = ((-0.04, 1.0, 0.14), (-0.26, -0.14, 0.95))
"""Fingers up, palm to the viewer and a little inward, as far as a forearm turns with its elbow at the side."""


def gesture(
    id: str, names: str, tags: str, length: int, stroke: int, right: Sequence[Moment] = (), left: Sequence[Moment] = (),
    body: Sequence[tuple[int, Angles]] = (), tempo: str = "gesture",
) -> Gesture:  # fmt: skip
    """`names` and `tags` as "English | Chinese", the tags between commas."""
    name = dict(zip(("en", "zh"), (part.strip() for part in names.split("|")), strict=True))
    words = (tuple(word.strip() for word in part.split(",")) for part in tags.split("|"))
    keys, parts = body_keys(body), ["head"] if body else []
    for side, moments in (("left", left), ("right", right)):
        if moments:
            keys |= arm_keys(side, moments) | finger_keys(side, moments)
            parts.insert(0, f"{side} arm")
    moving = {joint for joint, entries in keys.items() if any(entry[1:4] != stance(joint) for entry in entries)}
    ordered = {joint: tuple(keys[joint]) for joint in performer().skeleton.joints if joint in moving}
    return Gesture(id, name, dict(zip(("en", "zh"), words, strict=True)), tuple(parts), length, stroke, ordered, tempo=tempo)


def told(
    prepared: Pose, stroke: Pose, *, side: str = "right", start: int = 4, prepare: int = 8, strike: int = 4, settle: float = 0.25,
    hold: int = 16, retract: int = 15, rest: int = 10,
) -> list[Moment]:  # fmt: skip
    """Rest, preparation, stroke, a small recoil, hold, retraction, rest; each in frames."""
    at = [0, start, start + prepare, start + prepare + strike]
    at += [at[-1] + 3, at[-1] + 3 + hold]
    at += [at[-1] + retract, at[-1] + retract + rest]
    calm = mix(stroke, prepared, settle)
    held = replace(calm, shape=stroke.shape)
    poses = [REST[side], REST[side], prepared, stroke, held, held, replace(REST[side], arc=(0.02, 0.0, 0.03)), REST[side]]
    return list(zip(at, poses, strict=True))


def other_hand(moments: Sequence[Moment], side: str, lag: int = 1, less: float = 0.1) -> list[Moment]:
    """What the other hand does: the same a little later and a little less far from where it rests."""
    rest = REST[side]
    made: list[Moment] = []
    for i, (frame, pose) in enumerate(moments):
        if pose.shape == "relaxed" and i in (0, 1, len(moments) - 2, len(moments) - 1):
            pose = replace(rest, arc=pose.arc)
        else:
            x, y = (float(a + (b - a) * (1 - less)) for a, b in zip(rest.wrist, pose.wrist, strict=True))
            pose = replace(pose, wrist=(x, y))
        made.append((frame, pose))
    return late(made, lag)


def late(moments: Sequence[Moment], lag: int) -> list[Moment]:
    """The same some frames later, but from the first frame to the last."""
    last = len(moments) - 1
    return [(frame + lag if 0 < i < last else frame, pose) for i, (frame, pose) in enumerate(moments)]


def end(moments: Sequence[Moment]) -> int:
    return moments[-1][0] + 1


def resting() -> Iterator[Gesture]:
    yield gesture("rest", "Rest | 静息", "idle, calm | 静止, 平静", 24, 0, tempo="idle")  # no keys: the performer's stance

    def risen(side: str, much: float) -> Pose:
        """The arm at rest, lifted a little by a breath."""
        x, y = REST[side].wrist
        return replace(REST[side], wrist=(x + 0.006 * much, y - 0.011 * much), collar=(6 - much, -5 + 2.2 * much))

    breaths = {
        side: [(0, REST[side]), (6 + lag, REST[side]), (36 + lag, risen(side, much)), (78 + lag, risen(side, -0.15 * much)),
               (108 + lag, risen(side, 0.85 * much)), (150, REST[side])]
        for side, much, lag in (("right", 1.0, 0), ("left", 0.88, 2))
    }  # fmt: skip
    chest = [(0, BODY), (6, BODY), (36, {"spine_3": (0.6, 0, 0), "head": (-3, 1.5, 2)}), (78, {"spine_3": (2.2, 0, 0), "head": (-2, 1, 4)}),
             (108, {"spine_3": (0.8, 0, 0), "head": (-3, -1, -1)}), (150, BODY)]  # fmt: skip
    yield gesture("breathing_both", "Breathing | 呼吸", "idle, alive, wait, listen | 静止, 呼吸, 等待, 倾听", 151, 36, **breaths, body=chest,
                  tempo="idle")  # fmt: skip


def shown() -> Iterator[Gesture]:
    """Hand shapes held up to the viewer with the right hand."""

    def up(shape: str, wrist: tuple[float, float], directions: Directions = FRONT, depth: float = 0.27) -> Pose:
        return Pose(wrist, depth, *directions, shape, (0.8, -1.0, -0.2))

    def wave(out: float) -> Pose:
        """A moment of the wave: `out` from -1 (toward the head) to 1 (away from it)."""
        tilt = np.radians(2 - 17 * out)
        return Pose((0.310 + 0.062 * out, 0.450 + 0.014 * abs(out)), 0.20, (-np.sin(tilt), np.cos(tilt), 0.12), (-0.10, -0.1, 1.0),
                    "open", (0.42, -1.0, -0.1))  # fmt: skip

    swings = [(-0.8, 15), (1.0, 21), (-1.0, 26), (1.0, 31), (-0.95, 36), (0.9, 41), (-0.8, 46), (0.0, 51)]
    rest = REST["right"]
    moments = [(0, rest), (4, rest), *((frame, wave(out)) for out, frame in swings), (55, wave(0.0)), (72, rest), (92, rest)]
    yield gesture("wave_right", "Wave | 挥手", "hello, goodbye, greeting | 你好, 再见, 打招呼", 93, 20, moments)

    def number(shape: str, lift: float) -> Pose:
        return up(shape, (0.245, 0.585 - lift), depth=0.28)

    counted = [(12, "one"), (28, "v"), (44, "three")]
    moments = [(0, rest), (4, rest), *(moment for frame, shape in counted for moment in (
        (frame, number(shape, 0.065)), (frame + 3, number(shape, 0.0)), (frame + 6, number(shape, 0.008)),
        (frame + 13, number(shape, 0.006)))), (59, number("three", 0.006)), (74, rest), (84, rest)]  # fmt: skip
    yield gesture(
        "count_123_right", "Count one, two, three | 数一二三", "numbers, list, three | 数字, 列举, 三", 85, 15, moments
    )

    thumb: Directions = ((-0.72, 0.06, 0.66), (-0.66, 0.0, -0.72))
    act = told(up("thumb_up", (0.235, 0.495), thumb), up("thumb_up", (0.250, 0.565), thumb, 0.35))
    yield gesture("thumbs_up_right", "Thumbs up | 点赞", "good, like, well done | 好, 赞, 很棒", end(act), act[3][0], act)

    act = told(up("ok", (0.240, 0.515)), up("ok", (0.250, 0.575), depth=0.34), prepare=9)
    yield gesture("ok_right", "OK | 好的", "okay, fine, agreed | 可以, 没问题, 同意", end(act), act[3][0], act)

    halt: Directions = ((-0.02, 1.0, 0.0), (-0.12, 0.02, 1.0))
    act = told(up("stop", (0.235, 0.60), halt, 0.22), up("stop", (0.215, 0.565), halt, 0.42), prepare=9, settle=0.12)
    yield gesture("stop_right", "Stop | 停", "halt, wait, enough | 停止, 等等, 够了", end(act), act[3][0], act)

    for shape, names, tags in (
        ("v", "Victory sign | 剪刀手", "peace, two, photo | 耶, 二, 拍照"),
        ("finger_heart", "Finger heart | 手指比心", "love, thank you, korean | 爱心, 喜欢, 谢谢"),
        ("call_me", "Call me | 打电话给我", "phone, contact | 电话, 联系"),
        ("little_bit", "A little bit | 一点点", "small, tiny, almost | 小, 少, 差一点"),
    ):
        known = hand_shape(shape)
        directions = FRONT if shape == "v" else (known.fingers, known.palm)
        act = told(up(shape, (0.235, 0.520), directions), up(shape, (0.250, 0.570), directions, 0.34), prepare=9)
        yield gesture(f"{shape}_right", names, tags, end(act), act[3][0], act)

    def no(out: float) -> Pose:
        tilt = np.radians(20 * out)
        return up("one", (0.235 + 0.050 * out, 0.545), ((float(np.sin(tilt)), float(np.cos(tilt)), 0.15), (-0.22, -0.15, 0.96)))

    swings = [(-0.9, 13), (1.0, 18), (-1.0, 22), (1.0, 26), (-0.95, 30), (0.9, 34), (-0.6, 38), (0.0, 42)]
    moments = [(0, rest), (4, rest), *((frame, no(out)) for out, frame in swings), (50, no(0.0)), (66, rest), (82, rest)]
    head = [(0, BODY), (12, BODY), *((12 + 6 * i, {"head": (-3, 0, 5 * (-1) ** i)}) for i in range(1, 5)), (46, BODY)]
    yield gesture("no_no_right", "No-no finger | 摇手指", "no, do not, warning | 不, 不行, 警告", 83, 18, moments, body=head)


def pointed() -> Iterator[Gesture]:
    """Directions and greetings with the right hand."""
    rest = REST["right"]

    def at(shape: str, x: float, y: float, depth: float, fingers: Vector, palm: Vector, elbow: Vector = (0.8, -1.0, -0.2),
           lift: float = -5) -> Pose:  # fmt: skip
        return Pose((x, y), depth, fingers, palm, shape, elbow, (6, lift))

    act = told(at("point", 0.215, 0.555, 0.25, (-0.30, 0.55, 0.78), (-0.30, -0.76, 0.55)),
               at("point", 0.185, 0.590, 0.46, (-0.20, 0.22, 0.95), (-0.30, -0.92, 0.15)), settle=0.12)  # fmt: skip
    yield gesture(
        "point_viewer_right", "Point at the viewer | 指向观众", "you, audience | 你, 大家, 观众", end(act), act[3][0], act
    )

    act = told(at("flat", 0.175, 0.570, 0.32, (-0.90, 0.30, 0.12), (-0.10, -0.10, -1.0)),
               at("flat", 0.085, 0.620, 0.17, (-0.95, 0.30, 0.05), (-0.08, -0.05, -1.0)), strike=4, settle=0.12)  # fmt: skip
    yield gesture("self_right", "Hand on the heart | 手放胸口", "me, self, sincere | 我, 自己, 真心", end(act), act[3][0], act)

    act = told(at("point", 0.250, 0.570, 0.26, (-0.10, 0.95, 0.25), (-0.25, -0.25, 0.92)),
               at("point", 0.275, 0.43, 0.22, (-0.05, 1.0, 0.10), (-0.25, -0.10, 0.96)), settle=0.15)  # fmt: skip
    yield gesture("up_right", "Point up | 指向上方", "above, look up, top | 上面, 往上看", end(act), act[3][0], act)

    act = told(at("point", 0.205, 0.560, 0.26, (0.05, 0.50, 0.85), (-0.55, -0.40, 0.45)),
               at("point", 0.315, 0.620, 0.22, (0.96, 0.20, 0.10), (0.05, -0.35, 0.93), (0.4, -1.0, -0.3)), settle=0.12)  # fmt: skip
    yield gesture("side_right", "Point to the right side | 指向右侧", "there, right, beside, look | 那边, 右边, 看",
                  end(act), act[3][0], act)  # fmt: skip
    other = [(frame, REST["left"] if pose.shape == "relaxed" else pose) for frame, pose in act]
    yield gesture("side_left", "Point to the left side | 指向左侧", "there, left, beside, look | 那边, 左边, 看",
                  end(other), other[3][0], left=other)  # fmt: skip

    near, far = (0.20, 0.555), (0.205, 0.585)
    beckon = [
        ("flat", far, (-0.12, 0.62, 0.78), 16),
        ("cup", near, (-0.20, 0.98, 0.02), 22),
        ("flat", far, (-0.12, 0.62, 0.78), 28),
        ("cup", near, (-0.20, 0.98, 0.02), 34),
        ("flat", far, (-0.12, 0.66, 0.76), 40),
        ("cup", near, (-0.20, 0.98, 0.02), 46),
    ]
    come = [(frame, at(shape, *place, 0.40 if shape == "flat" else 0.27, fingers, (-0.15, 0.62 if shape == "flat" else 0.1, -0.9)))
            for shape, place, fingers, frame in beckon]  # fmt: skip
    moments = [(0, rest), (4, rest), *come, (64, rest), (92, rest)]
    yield gesture("come_here_right", "Come here | 过来", "closer, invite, join | 靠近, 来, 邀请", 93, 22, moments)

    act = told(at("point", 0.195, 0.555, 0.28, (-0.40, 0.88, 0.20), (-0.50, -0.20, -0.85)),
               at("point", 0.122, 0.450, 0.21, (-0.40, 0.92, 0.02), (-0.70, -0.25, -0.66)), hold=19, settle=0.08)  # fmt: skip
    yield gesture("think_right", "Hand at the chin | 托腮思考", "think, wonder, hmm | 思考, 想, 嗯", end(act), act[3][0], act)

    act = told(at("salute", 0.26, 0.43, 0.25, (-0.30, 0.92, 0.25), (-0.55, -0.30, 0.80), (1.0, -0.35, -0.1), 8),
               at("salute", 0.190, 0.245, 0.17, (-0.84, 0.52, 0.0), (-0.30, -0.55, 0.78), (1.0, -0.2, -0.1), 12),
               prepare=12, strike=5, settle=0.04, hold=22, retract=24, rest=14)  # fmt: skip
    yield gesture("salute_right", "Salute | 敬礼", "respect, yes sir, military | 致敬, 是, 军礼", end(act), act[3][0], act)

    low = at("fist", 0.215, 0.56, 0.24, (-0.15, 0.96, 0.20), (-0.62, -0.15, 0.70))
    high = at("fist", 0.225, 0.465, 0.24, (-0.15, 0.98, 0.05), (-0.62, -0.10, 0.72))
    moments = [(0, rest), (4, rest), (13, high), (18, low), (23, high), (28, low), (31, mix(low, high, 0.12)), (41, mix(low, high, 0.12)),
               (60, rest), (74, rest)]  # fmt: skip
    yield gesture("fist_pump_right", "Fist pump | 加油", "yes, win, come on, cheer | 加油, 赢了, 太好了", 75, 18, moments)

    listed = [(12, "one"), (24, "v"), (36, "three"), (48, "four")]
    moments = [(0, rest), (4, rest), *(moment for frame, shape in listed for moment in (
        (frame, at(shape, 0.210, 0.525, 0.27, *FRONT)), (frame + 3, at(shape, 0.225, 0.620, 0.29, *FRONT)),
        (frame + 6, at(shape, 0.225, 0.605, 0.28, *FRONT)), (frame + 8, at(shape, 0.225, 0.605, 0.28, *FRONT)))),
        (62, at("four", 0.225, 0.605, 0.28, *FRONT)), (77, rest), (98, rest)]  # fmt: skip
    yield gesture(
        "list_right", "Listing points | 列举要点", "first second third, list, four | 第一第二第三, 要点, 四", 99, 15, moments
    )


def talked() -> Iterator[Gesture]:
    """What accompanies speech: small and calm."""
    offered: Directions = ((0.74, 0.30, 0.45), (-0.10, 0.58, 0.80))

    def present(side: str, shift: float = 0.0) -> list[Moment]:
        soft = {"start": 5, "prepare": 12, "strike": 7, "settle": 0.12, "hold": 22, "retract": 24, "rest": 22}
        return told(Pose((0.195 + shift, 0.775), 0.31, (-0.20, 0.25, 0.95), (-0.35, 0.60, -0.55), "open", arc=(0, 0, 0.02)),
                    Pose((0.265 + shift, 0.765), 0.30, *offered, "flat"), side=side, **soft)  # fmt: skip

    act = present("right")
    yield gesture("present_right", "Present on the right | 右手介绍", "show, here, introduce, offer | 展示, 这里, 请看", end(act), act[3][0],
                  act, tempo="talking")  # fmt: skip
    act = present("left")
    yield gesture("present_left", "Present on the left | 左手介绍", "show, here, introduce, offer | 展示, 这里, 请看", end(act), act[3][0],
                  left=act, tempo="talking")  # fmt: skip
    act = present("right", -0.01)
    yield gesture("palms_open_both", "Both palms open | 双手摊开", "welcome, everyone, honest, explain | 欢迎, 大家, 说明", end(act),
                  act[3][0], act, other_hand(act, "left", 1, 0.08), tempo="talking")  # fmt: skip

    edge: Directions = ((-0.42, 0.30, 0.86), (-0.88, 0.10, -0.40))

    def beat(size: float, shape: str = "open", count: int = 2) -> list[Moment]:
        rest = REST["right"]
        top, low = (Pose((0.195, 0.775 + drop), 0.32, *edge, shape, arc=(0.0, 0.0, 0.01)) for drop in (0.0, size))
        moments: list[Moment] = [(0, rest), (6, rest), (19, top)]
        for i in range(count):
            weaker = mix(top, low, 1 - 0.15 * i)
            moments += [(23 + 15 * i, weaker), (29 + 15 * i, mix(top, low, 0.45)), (34 + 15 * i, top)]
        last = moments[-3][0]
        return [
            *moments[:-2],
            (last + 6, mix(top, low, 0.7)),
            (last + 18, mix(top, low, 0.7)),
            (last + 40, rest),
            (last + 72, rest),
        ]

    act = beat(0.035)
    yield gesture("beat_small_right", "Small beat | 小节拍", "emphasis, talking, stress | 强调, 说话, 重音", end(act), 23, act,
                  tempo="talking")  # fmt: skip
    act = beat(0.065, "flat")
    yield gesture("beat_large_right", "Large beat | 大节拍", "emphasis, important, stress | 强调, 重要, 重音", end(act), 23, act,
                  tempo="talking")  # fmt: skip
    act = beat(0.055)
    yield gesture("beat_both", "Beat with both hands | 双手节拍", "emphasis, talking, explain | 强调, 说话, 解释", end(act), 23, act,
                  other_hand(act, "left", 1, 0.12), tempo="talking")  # fmt: skip


def both() -> Iterator[Gesture]:
    """Gestures of two hands, of which one leads."""

    def at(shape: str, x: float, y: float, depth: float, fingers: Vector, palm: Vector, elbow: Vector = (0.9, -1.0, -0.2),
           lift: float = -5) -> Pose:  # fmt: skip
        return Pose((x, y), depth, fingers, palm, shape, elbow, (6, lift), (0.08, 0.0, 0.05))

    act = told(at("open", 0.195, 0.755, 0.31, (0.10, 0.55, 0.80), (-0.30, 0.60, -0.30), lift=2),
               at("open", 0.315, 0.625, 0.24, (0.62, 0.66, 0.42), (-0.10, 0.52, 0.85), (0.6, -1.0, -0.3), 22), hold=12)  # fmt: skip
    head = [(0, BODY), (9, BODY), (17, {"head": (-1, 7, 0)}), (33, {"head": (-1, 6, 0)}), (48, BODY)]
    yield gesture("shrug_both", "Shrug | 耸肩", "I do not know, whatever | 不知道, 无所谓", end(act), act[3][0], act,
                  other_hand(act, "left", 1, 0.05), head)  # fmt: skip

    rests = {side: [(0, REST[side]), (4, REST[side])] for side in ("left", "right")}
    apart = {
        "right": at("stop", 0.160, 0.635, 0.32, (0.0, 0.84, 0.54), (-0.98, -0.05, 0.05)),
        "left": at("stop", 0.145, 0.655, 0.33, (0.02, 0.80, 0.60), (-0.98, -0.05, 0.05)),
    }
    meet = {
        "right": at("stop", 0.029, 0.640, 0.33, (0.02, 0.84, 0.55), (-0.98, -0.05, 0.05)),
        "left": at("stop", 0.031, 0.655, 0.34, (0.02, 0.80, 0.60), (-0.98, -0.05, 0.05)),
    }
    claps: dict[str, list[Moment]] = {}
    for side, lag in (("right", 0), ("left", 1)):
        beats = [(frame, pose) for i in range(4) for frame, pose in (
            (14 + 8 * i + (lag if i == 0 else 0), apart[side]), (18 + 8 * i, meet[side]))]  # fmt: skip
        claps[side] = [*rests[side], *beats, (46, apart[side]), (65 + lag, REST[side]), (93, REST[side])]
    yield gesture("clap_both", "Clap | 鼓掌", "applause, bravo, congratulations | 掌声, 太棒了, 祝贺", 94, 18, **claps)

    near = {
        "right": at("stop", 0.150, 0.525, 0.27, (-0.12, 0.98, 0.15), (-0.98, -0.10, -0.10)),
        "left": at("stop", 0.160, 0.535, 0.27, (-0.12, 0.98, 0.15), (-0.98, -0.10, -0.10)),
    }
    joined = {
        "right": at("stop", 0.030, 0.605, 0.27, (-0.07, 1.0, 0.12), (-1.0, -0.05, 0.10)),
        "left": at("stop", 0.028, 0.609, 0.27, (-0.07, 1.0, 0.12), (-1.0, -0.05, 0.10)),
    }
    bow = [(0, BODY), (14, BODY), (24, {"head": (10, 0, 0)}), (36, {"head": (9, 0, 0)}), (50, BODY)]
    prayer = {side: told(near[side], joined[side], side=side, prepare=9, settle=0.0) for side in ("right", "left")}
    prayer["left"] = late(prayer["left"], 1)
    yield gesture("namaste_both", "Palms together | 合十", "thank you, please, namaste, pray | 谢谢, 拜托, 祈祷", end(prayer["right"]),
                  prayer["right"][3][0], **prayer, body=bow)  # fmt: skip

    close: Directions = ((-0.05, 0.72, 0.68), (-0.90, 0.02, 0.42))
    for id, names, tags, first, last in (
        ("size_small_both", "Small size | 小", "small, narrow, short, little | 小, 窄, 短", 0.245, 0.085),
        ("size_large_both", "Large size | 大", "large, wide, big, huge | 大, 宽, 巨大", 0.125, 0.300),
    ):
        wide = last > first
        act = told(at("stop", first, 0.560, 0.32, *close), at("stop", last, 0.625, 0.27 if wide else 0.33, *close), strike=6 if wide else 4,
                   settle=0.1)  # fmt: skip
        yield gesture(id, names, tags, end(act), act[3][0], act, other_hand(act, "left", 1, 0.07))

    curve: Directions = ((-0.84, 0.52, 0.15), (-0.45, -0.80, 0.40))
    halves = {side: told(at("heart_half", 0.205, 0.495, 0.28, *curve, (1.0, -0.7, -0.1)),
                         at("heart_half", x, y, 0.30, *curve, (1.0, -0.7, -0.1)), side=side, settle=0.0, hold=20)
              for side, x, y in (("right", 0.138, 0.530), ("left", 0.136, 0.534))}  # fmt: skip
    yield gesture("heart_both", "Heart with both hands | 双手比心", "love, like, thank you | 爱心, 喜欢, 谢谢", end(halves["right"]),
                  halves["right"][3][0], halves["right"], late(halves["left"], 1))  # fmt: skip

    over = at("relaxed", 0.045, 0.835, 0.300, (-0.88, -0.30, 0.10), (0.15, -0.25, -0.95))
    under = at("relaxed", 0.060, 0.850, 0.270, (-0.88, -0.34, 0.10), (0.15, -0.25, -0.95))
    folded = {
        side: [(0, REST[side]), (6 + lag, REST[side]), (18 + lag, pose), (42, replace(pose, wrist=(pose.wrist[0], pose.wrist[1] - 0.004))),
               (57 + lag, REST[side]), (72, REST[side])]
        for side, pose, lag in (("right", over, 2), ("left", under, 0))
    }  # fmt: skip
    yield gesture("hands_folded_both", "Hands folded | 双手交叠", "idle, wait, listen | 静止, 等待, 倾听", 73, 24, **folded,
                  tempo="talking")  # fmt: skip


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for family in (resting, shown, pointed, talked, both):
        for made in family():
            (OUT / f"{made.id}.json").write_text(as_json(made), encoding="utf-8")


if __name__ == "__main__":
    main()
