"""The house rules: who may import whom, what importing costs, and that the project's files agree with each other."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import poseforge

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

HEAVY = {"cv2", "torch", "PySide6", "pyqtgraph", "onnxruntime", "mediapipe", "av", "PIL", "scipy", "diffusers", "transformers"}

# module: (third parties at the top, third parties inside functions, modules of PoseForge)
NUMBERS = ({"numpy"}, {"numpy", "scipy"})
RULES: dict[str, tuple[set[str], set[str], set[str]]] = {
    "__init__": (set(), set(), set()),
    "errors": (set(), set(), set()),
    "installing": (set(), set(), set()),
    "pickles": ({"numpy"}, set(), set()),
    "plugins": (set(), set(), set()),
    "pickling": ({"numpy"}, set(), {"pickles"}),
    "skeleton": (*NUMBERS, {"errors"}),
    "sequence": (*NUMBERS, {"errors", "skeleton"}),
    "rotations": ({"numpy"}, set(), set()),
    "rig": (*NUMBERS, {"errors", "rotations", "skeleton", "sequence"}),
    "camera": (*NUMBERS, {"errors", "sequence"}),
    "performer": (*NUMBERS, {"camera", "errors", "rig", "rotations", "skeleton"}),
    "align": ({"numpy"}, set(), {"errors", "retarget", "sequence"}),
    "retarget": ({"numpy"}, set(), {"errors", "sequence", "skeleton"}),
    "quality": ({"numpy"}, set(), {"retarget", "sequence"}),
    "proportions": ({"numpy"}, set(), {"errors", "performer", "quality", "retarget", "sequence", "skeleton"}),
    "fitting": ({"numpy"}, set(), {"errors", "proportions", "sequence", "skeleton"}),
    "fitness": ({"numpy"}, set(), {"errors", "fitting", "proportions", "quality", "sequence"}),
    "pairing": (
        {"numpy"},
        set(),
        {"align", "detect", "detections", "errors", "fitting", "media", "proportions", "retarget", "sequence"},
    ),
    "denoise": (*NUMBERS, set()),
    "filters": (*NUMBERS, {"denoise", "errors", "quality", "sequence"}),
    "figures": (*NUMBERS, {"errors", "quality", "sequence"}),
    "repairs": ({"numpy"}, set(), {"errors", "filters", "quality", "sequence", "skeleton", "timeline"}),
    "formats": (
        set(),
        set(),
        {"errors", "plugins", "quality", "records", "retarget", "rig", "sequence", "skeleton", "transfer"},
    ),
    "records": ({"numpy"}, {"orjson"}, {"errors"}),
    "options": (set(), set(), {"errors"}),
    "landmarks": ({"numpy"}, set(), {"skeleton"}),
    "detections": (*NUMBERS, {"errors", "options", "sequence", "skeleton"}),
    "converting": (
        set(),
        set(),
        {"align", "detections", "errors", "files", "filters", "formats", "media", "quality", "sequence"},
    ),
    "joint_trees": ({"numpy"}, set(), {"errors", "joint_names", "options", "performer", "rig", "rotations", "skeleton"}),
    "joint_names": (set(), set(), {"errors", "records"}),
    "calibration": ({"numpy"}, set(), {"camera", "detections", "errors", "records", "rotations"}),
    "framing": (
        {"numpy"},
        set(),
        {"calibration", "camera", "errors", "options", "performer", "rig", "rotations", "sequence", "skeleton"},
    ),
    "transfer": ({"numpy"}, set(), {"errors", "rig", "rotations"}),
    "bodies": (
        *NUMBERS,
        {"errors", "performer", "pickles", "records", "rig", "rotations", "sequence", "skeleton"},
    ),
    "files": (set(), {"platformdirs"}, {"errors"}),
    "units": (set(), set(), {"errors", "sequence"}),
    "ik": ({"numpy"}, set(), {"rig", "rotations"}),
    "projects": (
        {"numpy"},
        set(),
        {"camera", "errors", "files", "installing", "performer", "rig", "sequence", "skeleton", "timeline"},
    ),
    "timeline": (
        *NUMBERS,
        {
            "align",
            "camera",
            "errors",
            "filters",
            "fitting",
            "ik",
            "performer",
            "quality",
            "rig",
            "rotations",
            "sequence",
            "skeleton",
            "timeline",
        },
    ),
    "library": (
        {"numpy"},
        set(),
        {"camera", "errors", "files", "performer", "rig", "rotations", "sequence", "skeleton", "timeline"},
    ),
    "script": (
        set(),
        {"yaml"},
        {
            "audio",
            "errors",
            "files",
            "formats",
            "gesturing",
            "library",
            "projects",
            "retarget",
            "rig",
            "sequence",
            "speech",
            "timeline",
            "units",
        },
    ),
    "gesturing": ({"numpy"}, set(), {"errors", "library", "rig", "rotations", "sequence", "speech", "timeline"}),
    "render": (
        {"numpy", "cv2", "PIL"},
        {"torch"},
        {"align", "errors", "formats", "installing", "quality", "render", "retarget", "sequence", "skeleton"},
    ),
    "exporting": ({"numpy"}, set(), {"detections", "errors", "filters", "media", "render", "retarget", "sequence"}),
    "media": ({"numpy"}, {"av", "cv2", "PIL"}, {"align", "audio", "errors", "files", "installing"}),
    "animating": (set(), set(), {"align", "animate", "errors", "files", "installing", "models", "units"}),
    "takes": (set(), set(), {"animate", "errors", "jobs", "media", "records", "timeline"}),
    "jobs": (
        set(),
        set(),
        {
            "animating",
            "capture",
            "converting",
            "detect",
            "errors",
            "exporting",
            "files",
            "filters",
            "formats",
            "media",
            "models",
            "projects",
            "recording",
            "records",
            "render",
            "sources",
            "timeline",
            "units",
        },
    ),
    "worker": (set(), set(), {"errors", "jobs"}),
    "models": (set(), set(), {"errors", "files"}),
    "detect": (
        {"numpy"},
        {"cv2", "mediapipe", "onnxruntime"},
        {"detect", "errors", "installing", "landmarks", "models", "options", "plugins", "skeleton"},
    ),
    "sources": ({"numpy"}, {"av", "PIL"}, {"errors", "media", "records", "sequence"}),
    "recording": (
        {"numpy"},
        set(),
        {"capture", "detect", "detections", "errors", "files", "records", "sources", "units"},
    ),
    "capture": (
        {"numpy"},
        set(),
        {
            "align",
            "converting",
            "detect",
            "detections",
            "errors",
            "files",
            "filters",
            "formats",
            "quality",
            "records",
            "sequence",
            "skeleton",
            "sources",
        },
    ),
    "audio": ({"numpy"}, {"av"}, {"errors", "sequence"}),
    "speech": (*NUMBERS, {"audio", "errors", "sequence"}),
    "animate": (
        {"numpy", "torch", "diffusers", "transformers", "safetensors"},
        {"PIL"},
        {"align", "animate", "audio", "errors", "files", "media", "records", "render", "sequence", "skeleton", "units"},
    ),
    "doctor": (set(), {"av"}, {"detect", "formats", "installing", "models"}),
    "cli": (
        {"typer", "rich"},
        {"numpy"},
        set(),  # anything, at call time
    ),
    "__main__": (set(), set(), {"cli"}),
}
RULES["cli"] = (*RULES["cli"][:2], set(RULES) - {"__main__", "__init__"})
CONVERTERS = (
    {"numpy"},
    set(RULES)
    - {
        "animate",
        "animating",
        "cli",
        "doctor",
        "media",
        "render",
        "library",
        "audio",
        "speech",
        "jobs",
        "takes",
        "worker",
        "__main__",
        "__init__",
    },
)


def imports(path: Path) -> list[tuple[str, bool, int]]:
    """(module, at the top, line) of every import outside TYPE_CHECKING blocks; relative ones begin with a dot."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []

    def visit(node: ast.AST, top: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
                continue
            if isinstance(child, ast.Import):
                found.extend((alias.name, top, child.lineno) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                names = (
                    [f"poseforge.{alias.name}" for alias in child.names]
                    if child.module == "poseforge"
                    else [child.module or ""]
                )
                found.extend(("." * child.level + name, top, child.lineno) for name in names)
            visit(child, top and not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)))

    visit(tree, True)
    return found


def files_of(module: str) -> list[Path]:
    place = ROOT / "poseforge" / module
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


def own(name: str) -> str:
    """The module of PoseForge that an import names; empty for what is not ours or the version alone."""
    return name.split(".")[1] if name.startswith("poseforge.") and not name.endswith("__version__") else ""


def foreign(name: str) -> str:
    package = name.split(".")[0]
    return "" if package in sys.stdlib_module_names or package == "poseforge" else package


def test_every_module_has_a_rule() -> None:
    folders = {"animate", "cli", "detect", "render", "timeline"}
    assert {path.stem for path in (ROOT / "poseforge").glob("*.py")} | folders == set(RULES)


@pytest.mark.parametrize("module", RULES)
def test_the_core_imports_what_its_table_allows(module) -> None:
    top, inside, ours = RULES[module]
    for path in files_of(module):
        for name, at_top, line in imports(path):
            assert not name.startswith("."), f"{path}:{line}: the core imports absolutely"
            assert own(name) in ours | {""}, f"{path}:{line} imports {name}"
            assert foreign(name) in (top if at_top else top | inside) | {""}, f"{path}:{line} imports {name}"


def test_converters_import_what_their_table_allows() -> None:
    third_parties, ours = CONVERTERS
    for path in (ROOT / "converters").glob("*.py"):
        for name, _, line in imports(path):
            assert name.startswith(".") or own(name) in ours | {""}, f"{path}:{line} imports {name}"
            assert name.startswith(".") or foreign(name) in third_parties | {""}, f"{path}:{line} imports {name}"


@pytest.mark.parametrize("folder", ["converters", "gui", "presets"])
def test_leaves_import_the_core_absolutely_and_siblings_relatively(folder) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        for name, _, line in imports(path):
            assert not name.startswith(("poseforge.gui", "poseforge.converters", "poseforge.presets")), f"{path}:{line} {name}"
            assert name.split(".")[0] != "torch", f"{path}:{line} {name}"
            assert not name.startswith("poseforge.animate."), f"{path}:{line} {name}: jobs do that, in another process"
            assert folder == "gui" or name.split(".")[0] not in {"PySide6", "pyqtgraph"}, f"{path}:{line} {name}"


def test_importing_the_core_is_cheap() -> None:
    code = "import sys; from poseforge import filters, figures, formats, jobs, repairs, rig, worker; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & {name.split(".")[0] for name in run.stdout.split()}


def test_the_public_face_is_complete() -> None:
    for name in poseforge.__all__:
        assert getattr(poseforge, name) is not None
    assert callable(poseforge.render)
    assert {"read_poses", "write_poses", "render", "iter_render", "render_tensor"} <= set(poseforge.__all__)
    with pytest.raises(AttributeError):
        _ = poseforge.nonsense


def test_render_is_callable_whatever_was_imported_first() -> None:
    for first in ("import poseforge.render", "from poseforge.render import labelled", "poseforge.iter_render", "pass"):
        code = f"import poseforge\n{first}\nassert callable(poseforge.render), 'not callable'"
        subprocess.run([sys.executable, "-c", code], check=True)


def test_listed_packages_are_the_folders() -> None:
    core = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "poseforge").rglob("__init__.py")}
    leaves = {f"poseforge.{name}" for name in ("converters", "gui", "presets")}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == core | leaves


def test_versions_agree() -> None:
    assert PROJECT["project"]["version"] == poseforge.__version__
    assert f"## {poseforge.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_requirement_is_pinned_in_the_constraints() -> None:
    def bare(requirement: str) -> str:
        return re.split(r"[<>=;\[ ]", requirement)[0].lower().replace("_", "-")

    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {bare(line) for line in lines if line and not line.startswith("#")}
    wanted = {bare(r) for r in PROJECT["project"]["dependencies"]}
    for extra in PROJECT["project"]["optional-dependencies"].values():
        wanted |= {bare(requirement) for requirement in extra}
    assert wanted - {"poseforge"} <= pins


def commands() -> list[str]:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"```sh\n(python3 -m venv [^\n]*)\n```", readme)


def test_the_readme_has_its_two_commands_and_ci_runs_the_second() -> None:
    demo, tests = commands()
    assert demo.endswith("poseforge demo")
    assert tests.endswith("pytest")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert [line for line in script.splitlines() if line.startswith("python3 ")] == [tests]


def test_python_in_the_documents_runs(tmp_path, monkeypatch) -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/composing.md")]
    blocks = [block for text in texts for block in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)]
    assert blocks
    monkeypatch.chdir(tmp_path)
    from samples import make_sequence

    poseforge.write_poses(make_sequence(3), tmp_path / "poseforge-demo" / "pose", "echomimic")
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_links_in_the_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_no_unsafe_loading_anywhere_in_the_product() -> None:
    for folder in ("poseforge", "converters", "gui", "presets"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"allow_pickle\s*=\s*True(?!\)`)|weights_only\s*=\s*False|\bpickle\.loads?\(", _code(text)), (
                path
            )


def _code(text: str) -> str:
    """The source without its docstrings, which may speak of what the code avoids."""
    return re.sub(r'""".*?"""', '""', text, flags=re.DOTALL)
