"""Times as people read them."""

from fractions import Fraction

import pytest

from poseforge.errors import InvalidValue
from poseforge.units import parse_option, timecode


@pytest.mark.parametrize(
    ("frame", "fps", "expected"),
    [
        (75, 24, "00:03+03"),
        (0, 24, "00:00+00"),
        (24 * 61 + 7, 24, "01:01+07"),
        (-25, 24, "-00:01+01"),
        (25 * 3600, 25, "1:00:00+00"),
    ],
)
def test_time_codes(frame, fps, expected) -> None:
    assert timecode(frame, Fraction(fps)) == expected


@pytest.mark.parametrize("fps", [Fraction(30000, 1001), Fraction(24000, 1001), Fraction(25, 2), Fraction(60)])
def test_time_codes_are_each_of_one_frame_and_in_order(fps) -> None:
    codes = [timecode(frame, fps) for frame in range(3000)]
    assert codes == sorted(set(codes))


def test_numbers_of_things_are_whole() -> None:
    assert parse_option("every", " 3 ") == 3
    for wrong in ("", "3.5", "-1", "three", "9" * 12):
        with pytest.raises(InvalidValue, match="write a whole number"):
            parse_option("every", wrong)
