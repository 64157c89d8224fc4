"""Speech: planted syllables are found where they were planted, and nothing is found where nobody speaks."""

import numpy as np
import pytest

from poseforge.audio import Audio, read_audio
from poseforge.errors import InvalidValue
from poseforge.speech import CLOSEST_BEATS, Speech, analyse

FRAME = 1 / 24
ATTACK = 0.05


def vowel(seconds: float, rate: int, pitch: float, formants: tuple[float, ...] = (600, 1500, 2600)) -> np.ndarray:
    """A buzz through three resonances, of power 1: the sum of its harmonics, each as strong as the nearest formant lets it."""
    time = np.arange(int(seconds * rate)) / rate
    wave = np.zeros(len(time))
    for harmonic in np.arange(pitch, 3500, pitch):
        gain = sum(1 / (1 + ((harmonic - formant) / 120) ** 2) for formant in formants)
        wave += gain * np.sin(2 * np.pi * harmonic * time + harmonic)
    return wave / np.sqrt(np.mean(wave**2))


def talk(rate: int = 16_000, snr: float = 20, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """20 s of speech-like sound: samples, times at which syllables rise to half their height, stretches of speech.

    Syllables of 0.12 to 0.3 s after closures or hisses; phrases with levels 10 dB apart; pauses of 0.3 to 1.2 s; white noise.
    """
    random = np.random.default_rng(seed)
    wave, clock, beats, stretches = np.zeros(20 * rate), 0.5, [], []
    while clock < 17:
        begin, phrase = clock, 10 ** (random.uniform(-5, 5) / 20)
        for _ in range(random.integers(3, 9)):
            if random.random() < 0.4:
                hiss = np.diff(random.standard_normal(int(0.07 * rate))) * np.hanning(int(0.07 * rate) - 1)
                at = int(clock * rate)
                wave[at : at + len(hiss)] += 0.1 * phrase * hiss
            clock += 0.07
            sound = phrase * random.uniform(0.5, 1.2) * vowel(random.uniform(0.12, 0.3), rate, random.uniform(90, 250))
            rise, fall = int(ATTACK * rate), int(0.06 * rate)
            sound[:rise] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
            sound[-fall:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(fall) / fall)
            at = int(clock * rate)
            wave[at : at + len(sound)] += sound
            beats.append(clock + ATTACK / 2)
            clock += len(sound) / rate
        stretches.append((begin, clock))
        clock += random.uniform(0.3, 1.2)
    noise = np.sqrt(np.mean(wave[wave != 0] ** 2)) * 10 ** (-snr / 20)
    wave = wave + noise * random.standard_normal(len(wave))
    return 0.9 * wave / np.abs(wave).max(), np.array(beats), np.array(stretches)


def found(there: np.ndarray, planted: np.ndarray) -> tuple[float, float]:
    """(recall, precision) within a frame."""
    near = np.abs(there[:, None] - planted) <= FRAME
    return near.any(axis=0).mean(), near.any(axis=1).mean()


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
@pytest.mark.parametrize("snr", [20, 10])
def test_syllables_and_pauses_are_found_where_they_were_planted(rate, snr) -> None:
    wave, beats, stretches = talk(rate, snr)
    speech = analyse(Audio(wave, rate))
    recall, precision = found(speech.beats, beats)
    assert recall >= 0.95
    assert precision >= 0.95
    assert len(speech.spoken) == len(stretches)
    assert np.abs(speech.spoken - stretches).max() < 0.13  # quiet hisses at the edges may be missed
    assert np.array_equal(speech.pauses[1:-1], np.stack([speech.spoken[:-1, 1], speech.spoken[1:, 0]], axis=1))


def test_what_an_analysis_promises() -> None:
    wave, _, _ = talk(snr=15, seed=3)
    speech, again = analyse(Audio(wave, 16_000)), analyse(Audio(wave, 16_000))
    for name in ("spoken", "beats", "strengths"):
        assert np.array_equal(getattr(speech, name), getattr(again, name))
    assert speech.duration == 20
    assert np.diff(speech.beats).min() >= CLOSEST_BEATS - 1e-9
    begin, end = speech.spoken.T
    assert ((begin <= speech.beats[:, None]) & (speech.beats[:, None] <= end)).any(axis=1).all()
    assert ((speech.strengths >= 0) & (speech.strengths <= 1)).all()
    with pytest.raises(ValueError, match="read-only"):
        speech.beats[0] = 0


@pytest.mark.parametrize(
    "change",
    [
        lambda wave: wave + 0.7,
        lambda wave: wave * 1e-5,
        lambda wave: np.clip(4 * wave, -1, 1),
        lambda wave: wave + 0.3 * np.sin(2 * np.pi * 50 * np.arange(len(wave)) / 16_000),
    ],
    ids=["offset", "quiet", "clipped", "hum"],
)
def test_bad_recordings_beat_at_the_same_times(change) -> None:
    wave, beats, _ = talk()
    recall, precision = found(analyse(Audio(change(wave), 16_000)).beats, beats)
    assert min(recall, precision) > 0.9


@pytest.mark.parametrize(
    "wave",
    [
        np.zeros(16_000),
        np.full(16_000, 0.5),
        np.ones(1),
        np.ones(100),
        np.eye(1, 32_000, 16_000)[0],
        0.1 * np.random.default_rng(0).standard_normal(80_000),
        np.sin(np.arange(80_000) / 5),
    ],
    ids=["silence", "offset", "sample", "instant", "click", "noise", "tone"],
)
def test_where_nobody_speaks_nothing_is_found(wave) -> None:
    speech = analyse(Audio(wave, 16_000))
    assert (len(speech.spoken), len(speech.beats)) == (0, 0)
    assert np.array_equal(speech.pauses, [[0, speech.duration]])


def test_short_pauses_are_bridged_and_short_sounds_dropped() -> None:
    rate = 16_000
    silence = [np.zeros(int(seconds * rate)) for seconds in (0.5, 0.15, 0.4, 0.5)]
    sound = [vowel(seconds, rate, 120) for seconds in (0.3, 0.3, 0.03)]
    wave = np.concatenate([silence[0], sound[0], silence[1], sound[1], silence[2], sound[2], silence[3]])
    spoken = analyse(Audio(0.1 * wave, rate)).spoken
    assert spoken.shape == (1, 2)
    assert spoken[0] == pytest.approx([0.5, 1.25], abs=0.08)


def test_stress_shows_in_strength() -> None:
    rate, gap = 16_000, np.zeros(int(0.08 * 16_000))
    plain, louder, longer, higher = (
        vowel(0.15, rate, 120),
        2 * vowel(0.15, rate, 120),
        vowel(0.25, rate, 120),
        vowel(0.15, rate, 170),
    )
    order = [plain, plain, plain, louder, plain, plain, longer, plain, plain, higher, plain, plain]
    wave = np.concatenate([part for sound in order for part in (gap, sound * np.hanning(len(sound)))] + [np.zeros(rate)])
    strengths = analyse(Audio(0.1 * wave, rate)).strengths
    assert len(strengths) == len(order)
    assert strengths[[0, 1, 2, 4, 5, 7, 8, 10, 11]].max() < strengths[[3, 6, 9]].min()
    assert strengths.argmax() == 3


def test_the_strongest_beats_keep_their_distance() -> None:
    speech = Speech(3, [[0.0, 3.0]], [0.2, 0.5, 0.9, 1.4, 1.6], [0.5, 0.9, 0.6, 0.7, 0.7])
    sparse = speech.strongest(0.4)
    assert sparse.beats.tolist() == [0.5, 0.9, 1.4]
    assert sparse.strengths.tolist() == [0.9, 0.6, 0.7]
    assert speech.strongest(0.45).beats.tolist() == [0.5, 1.4]
    assert speech.strongest(0).beats.tolist() == speech.beats.tolist()
    assert not Speech(1, np.zeros((0, 2)), [], []).strongest(1).beats.size
    with pytest.raises(InvalidValue):
        speech.strongest(-1)


@pytest.mark.parametrize(
    "wrong",
    [
        (1, [0.0, 1.0], [], []),
        (1, [[0.0, 1.0]], [0.5], []),
        (1, [[0.5, 0.2]], [], []),
        (1, [[0.0, 2.0]], [], []),
        (1, [[0.0, 1.0]], [0.5, 0.4], [1, 1]),
        (1, [[0.0, np.nan]], [], []),
        (1, [[0.0, 1.0]], [0.5], [2]),
    ],
)
def test_what_is_no_speech_is_refused(wrong) -> None:
    with pytest.raises(InvalidValue):
        Speech(*wrong)


@pytest.mark.parametrize(("name", "phrases"), [("fighting", 4), ("good", 1)])
def test_real_voices_have_plausible_syllables(shared, name, phrases) -> None:
    speech = analyse(read_audio(shared / "data" / "echomimic_v2" / "audio" / f"{name}.wav"))
    assert len(speech.spoken) == phrases
    assert 3 < len(speech.beats) / np.diff(speech.spoken).sum() < 6
