"""Tables: long and wide, what is read leniently, and what is wrong with a file."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from exemplars import table_long, table_wide

import poseforge
from poseforge.errors import FormatError, InvalidValue
from poseforge.formats import find, notes
from poseforge.retarget import to_hub
from poseforge.sequence import PoseSequence
from samples import make_sequence

LONG = "# poseforge size=200x100 fps=30\nframe,person,joint,x,y,confidence\n"
ROWS = "0,0,left_wrist,150,25,0.5\n0,0,right_wrist,50,75,0.25\n1,0,left_wrist,151,26,1.5\n"


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    (folder / "a.csv").write_text(text, encoding=encoding, newline="")
    return folder / "a.csv"


def check_rows(person: PoseSequence) -> None:
    """Whether a person is the one of ROWS."""
    np.testing.assert_allclose(person.pixels()[:, person.skeleton.index("left_wrist")], [[150, 25], [151, 26]])
    np.testing.assert_allclose(person.joint("right_wrist")[0], [50 / 200, 75 / 100])
    assert person.confidence[:, person.skeleton.index("left_wrist")].tolist() == [0.5, 1.5]
    assert person.present.sum() == 3


def test_a_long_table(tmp_path) -> None:
    path = table(tmp_path, LONG + ROWS)
    assert find(path).name == "csv"
    (person,) = poseforge.read_poses(path)
    check_rows(person)
    assert (person.size, person.fps, person.meta["canvas_guessed"]) == ((200, 100), 30, False)
    assert poseforge.read_poses(path, fps=Fraction(12), size=(400, 400))[0].fps == 12


def test_a_wide_table(tmp_path) -> None:
    names = "note,frame,left_wrist_x,left_wrist_y,left_wrist_c,right_wrist_y,right_wrist_x,right_wrist_c,box_x,box_y\n"
    path = table(tmp_path, f"# size=200x100\n{names}a,0,150,25,0.5,75,50,0.25,1,2\nb,1,151,26,1.5,,,,1,2\n")
    assert find(path).name == "csv-wide"
    check_rows(poseforge.read_poses(path)[0])


def test_one_kind_of_table_is_not_taken_for_the_other(tmp_path) -> None:
    for written, other in (("csv", "csv-wide"), ("csv-wide", "csv")):
        path = tmp_path / f"{written}.csv"
        poseforge.write_poses(make_sequence(2), path, written)
        assert find(path).name == written
        with pytest.raises(FormatError, match=f"Read it as {written}\\."):
            poseforge.read_poses(path, other)


@pytest.mark.parametrize("name", ["csv", "csv-wide"])
def test_a_table_that_was_cut_short_is_told(tmp_path, name) -> None:
    path = tmp_path / "a.csv"
    poseforge.write_poses(make_sequence(4), path, name)
    lines = path.read_text().splitlines(keepends=True)
    assert list(notes(poseforge.read_poses(path))) == []
    path.write_text("".join(lines[:-2]))
    (told,) = notes(poseforge.read_poses(path))
    assert f"holds {len(lines) - 4:,} of the {len(lines) - 2:,} rows" in told
    path.write_text("".join(lines)[:-2])
    with pytest.raises(FormatError, match="cut short"):
        poseforge.read_poses(path)
    path.write_text("".join(lines[:-1]) + lines[-1][:5])
    with pytest.raises(FormatError, match="cut short"):
        poseforge.read_poses(path)


def test_the_neck_that_a_table_does_not_name_is_between_the_shoulders(tmp_path) -> None:
    shoulders = "0,0,left_shoulder,150,40,0.9\n0,0,right_shoulder,50,60,0.8\n"
    wide = (
        "# size=200x100\nleft_shoulder_x,left_shoulder_y,right_shoulder_x,right_shoulder_y,nose_x,nose_y\n150,40,50,60,99,9\n"
    )
    for text in (LONG + shoulders, wide):
        (person,) = poseforge.read_poses(table(tmp_path, text))
        assert "neck" not in person.skeleton
        np.testing.assert_allclose(to_hub(person).joint("neck")[0], [0.5, 0.5])
    (named,) = poseforge.read_poses(table(tmp_path, LONG + shoulders + "1,0,neck,90,45,1\n"))
    assert np.isnan(to_hub(named).joint("neck")[0]).all()


LENIENT = {
    "a byte-order mark and Windows' lines": ("\ufeff" + LONG + ROWS).replace("\n", "\r\n"),
    "semicolons and decimal commas": (LONG + ROWS).replace(",", ";").replace("0.", "0,").replace("1.", "1,"),
    "tabs": (LONG + ROWS).replace(",", "\t"),
    "another order, quotes, capitals, more columns":
        '# size=200x100\n"Y","x","Joint","who","FRAME","Score"\n25,150,"left_wrist",a b,7,0.5\n75,50,Right_Wrist,"a,b",7,0.25\n'
        "26,151,left_wrist,,8,1.5\n",
    "fractions": "# size=200x100\nframe,joint,x,y,c\n0,left_wrist,0.75,0.25,0.5\n0,right_wrist,0.25,0.75,0.25\n"
        "1,left_wrist,0.755,0.26,1.5\n",
    "empty places and lines": LONG + ROWS.replace("\n", "\n\n") + "1,0,nose,,,\n1,0,neck,nan,nan,0\n",
}  # fmt: skip


@pytest.mark.parametrize("text", LENIENT.values(), ids=LENIENT.keys())
def test_lenient_reading(tmp_path, text) -> None:
    path = table(tmp_path, text)
    assert find(path).name == "csv"
    check_rows(poseforge.read_poses(path)[0])


def test_missing_columns(tmp_path) -> None:
    (person,) = poseforge.read_poses(table(tmp_path, "joint,x,y\nnose,5,6\nleft_wrist,7,8\n"), size=(10, 10))
    assert (len(person), person.present.sum()) == (1, 2)
    assert person.confidence[0, 0] == 1
    wide = poseforge.read_poses(table(tmp_path, "person,nose_x,nose_y\na,5,6\na,6,6\nb,9,9\nb,8,9\n"), size=(10, 10))
    assert [person.joint("nose")[:, 0].tolist() for person in wide] == [[0.5, 0.6], [0.9, 0.8]]


def test_people_are_in_the_order_of_their_numbers_or_names(tmp_path) -> None:
    text = "frame,person,joint,x,y\n3,{1},nose,500,6\n4,{0},nose,5,6\n"
    for names in (("7", "12"), ("zoe", "ann")[::-1]):
        people = poseforge.read_poses(table(tmp_path, text.format(*names)), size=(1000, 1000))
        first = 0 if names[0] == "7" else 1
        assert people[first].present.any(axis=1).tolist() == [False, True]
        assert people[1 - first].joint("nose")[0, 0] == 0.5


@pytest.mark.parametrize("name", ["csv", "csv-wide"])
def test_what_is_written_comes_back(tmp_path, name) -> None:
    one, two = make_sequence(4, 1), make_sequence(4, 2)
    gone = np.array(one.points)
    gone[[0, 3]] = np.nan
    gone[2, 92:113] = np.nan
    level = np.array(one.confidence)
    level[1, 0] = 0
    people = [replace(p, size=(1280, 720), fps=Fraction(30000, 1001)) for p in (one.with_points(gone, level), two[:4])]
    poseforge.write_poses(people, tmp_path / "a.csv", name)
    for person, again in zip(people, poseforge.read_poses(tmp_path / "a.csv"), strict=True):
        np.testing.assert_allclose(again.points, person.points)
        np.testing.assert_array_equal(again.confidence, person.confidence)
        assert (again.size, again.fps) == ((1280, 720), Fraction(30000, 1001))
    poseforge.write_poses(people[0][:1], tmp_path / "a.csv", "csv-wide", overwrite=True)
    assert not poseforge.read_poses(tmp_path / "a.csv")[0].present.any()


def test_a_rate_that_is_no_fraction_is_written_too(tmp_path, sequence) -> None:
    poseforge.write_poses(replace(sequence, fps=Fraction(29.97)), tmp_path / "a.csv", "csv")
    assert poseforge.read_poses(tmp_path / "a.csv")[0].fps == Fraction(2997, 100)


def test_the_columns_of_a_written_table(tmp_path) -> None:
    person = make_sequence(1)
    poseforge.write_poses(person, tmp_path / "a.csv", "csv")
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines[0] == "# poseforge size=768x768 fps=24 frames=1 people=1 rows=128"
    assert lines[1] == "frame,person,joint,x,y,confidence"
    x, y = (person.joint("left_wrist")[0] * 768).tolist()
    assert f"0,0,left_wrist,{x},{y},{person.confidence[0, 7]}" in lines
    poseforge.write_poses(person, tmp_path / "b.csv", "csv-wide")
    names, cells = (line.split(",") for line in (tmp_path / "b.csv").read_text().splitlines()[1:])
    assert float(cells[names.index("left_wrist_y")]) == y
    assert cells[names.index("left_heel_c")] == ""
    with pytest.raises(InvalidValue, match="2D"):
        poseforge.write_poses(PoseSequence(np.ones((1, 134, 3)), np.ones((1, 134))), tmp_path / "c.csv", "csv")
    with pytest.raises(InvalidValue, match="without frames"):
        poseforge.write_poses(person[:0], tmp_path / "c.csv", "csv-wide")
    assert not (tmp_path / "c.csv").exists()


WRONG = {
    "only names": LONG,
    "an unknown joint": LONG + "0,0,left wrist,1,2,1\n",
    "no y": "joint,x\nnose,1\n",
    "no joint at all": "a,b\n1,2\n",
    "a row too short": LONG + "0,0,nose,1\n",
    "a text for a number": LONG + "0,0,nose,left,2,1\n",
    "a point far away": LONG + "0,0,nose,1e6,2,1\n",
    "an infinite point": LONG + "0,0,nose,inf,2,1\n",
    "half a frame": LONG + "0.5,0,nose,1,2,1\n",
    "no frame": LONG + ",0,nose,1,2,1\n",
    "a frame far away": LONG + "0,0,nose,1,2,1\n999999999,0,nose,1,2,1\n",
    "a frame farther away": LONG + "1e300,0,nose,1,2,1\n",
    "33 people": LONG + "".join(f"0,{i},nose,1,2,1\n" for i in range(33)),
    "a wrong size": "# size=5\njoint,x,y\nnose,1,2\n",
    "a wrong rate": "# fps=0\njoint,x,y\nnose,1,2\n",
    "a wrong count": "# frames=many\njoint,x,y\nnose,1,2\n",
    "a giant count": "# people=99999999999\njoint,x,y\nnose,1,2\n",
    "a giant cell": LONG + "0,0,nose," + "1" * 100_000 + ",2,1\n",
    "a giant cell of text": LONG + "0,0,nose," + "1" * 200_000 + ",2,1\n",
    "an open quote": LONG + '0,0,"nose,1,2,1\n',
    "a null": LONG + "0,0,no\x00se,1,2,1\n",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_wrong_tables_are_refused_by_name(tmp_path, text) -> None:
    with pytest.raises(FormatError, match=r"a\.csv"):
        poseforge.read_poses(table(tmp_path, text), "csv")


def test_rows_that_say_something_again_are_told(tmp_path) -> None:
    (person,) = people = poseforge.read_poses(table(tmp_path, LONG + ROWS + "0,0,left_wrist,50,75,0.1\n"))
    assert "says 1 times again" in " ".join(notes(people))
    np.testing.assert_allclose(person.joint("left_wrist")[0], [50 / 200, 75 / 100])
    wide = "frame,left_wrist_x,left_wrist_y\n0,1,2\n1,1,2\n1,3,4\n"
    assert "says 1 times again" in " ".join(notes(poseforge.read_poses(table(tmp_path, "# size=200x100\n" + wide))))
    assert list(notes(poseforge.read_poses(table(tmp_path, LONG + ROWS)))) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("make", [table_long, table_wide])
def test_tables_as_excel_saves_them(tmp_path, encoding, make) -> None:
    path = make(tmp_path)
    before = poseforge.read_poses(path)
    path.write_bytes(path.read_text().encode(encoding))
    assert find(path).name == ("csv" if make is table_long else "csv-wide")
    assert poseforge.read_poses(path) == before
    path.write_bytes(b"\xff\xfea")
    with pytest.raises(FormatError):
        poseforge.read_poses(path, "csv")
