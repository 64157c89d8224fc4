"""Commands on the models that do not come with PoseForge: list, fetch, path, verify."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from poseforge.cli.terminal import AsJson, Bars, app, err, out, print_json

if TYPE_CHECKING:
    from poseforge.models import Model, ModelFile

models_app = typer.Typer(help="Fetch and check the models that do not come with PoseForge.", no_args_is_help=True)
app.add_typer(models_app, name="models")


def _size(model: Model) -> str:
    about = "" if all(file.size for file in model.files) else "about "
    return f"{about}{sum(file.expected for file in model.files) / 1e6:,.0f} MB"


def _facts(model: Model, thorough: bool) -> dict[str, Any]:
    from poseforge import models

    rows: list[dict[str, Any]] = []
    for file in model.files:
        found = models.state(file, thorough)
        rows.append({"file": str(file.place), "state": found.word, "seen": found.seen, "address": file.address})
        rows[-1] |= {"size": file.size, "sha256": file.sha256}
    return {"name": model.name, "purpose": model.purpose, "licence": model.licence, "files": rows}


def _tell(facts: dict[str, Any]) -> None:
    colors = {"there": "green", "wrong": "red", "partly": "yellow", "missing": "dim"}
    for row in facts["files"]:
        color = colors[row["state"]]
        out.print(f"  [{color}]{row['state']:<8}[/{color}]{escape(row['file'])}  [dim]{escape(row['seen'])}[/dim]")


@models_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the models: what each is for, its licence, and which of its files are there."""
    from poseforge import models

    found = {model.name: _facts(model, thorough=False) for model in models.CATALOGUE.values()}
    if as_json:
        return print_json(list(found.values()))
    for model in models.CATALOGUE.values():
        out.print(f"[bold]{model.name}[/bold]: {model.purpose} ({_size(model)}; {model.licence})")
        _tell(found[model.name])


@models_app.command()
def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Models, as `models list` names them.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="URL", help="A mirror of huggingface.co, as https://hf-mirror.com.", show_default=False),
    ] = None,
) -> None:
    """Fetch models into the folder of models; what was interrupted is continued."""
    from poseforge import models

    chosen = [models.get(name) for name in names]
    try:
        with Bars() as bars:
            for file in dict.fromkeys(file for model in chosen for file in model.files):
                _fetch(file, source or models.HUB, bars)
    except KeyboardInterrupt:
        err.print("[yellow]stopped[/yellow]: what came is kept; the same command continues")
        raise typer.Exit(130) from None
    for model in chosen:
        out.print(f"{model.name} is there ({model.licence})")


def _fetch(file: ModelFile, source: str, bars: Bars) -> None:
    from poseforge import models

    with bars.bar(file.place.name) as tell:
        place = models.fetch(file, source, lambda done, total: tell(done, total or 0, detail=f"{done / 1e6:,.0f} MB"))
    out.print(f"  {escape(str(place))}")


@models_app.command()
def path() -> None:
    """Say where the models lie. The environment variable POSEFORGE_MODELS chooses another folder."""
    from poseforge import models

    out.print(escape(str(models.folder())))
    if not os.environ.get("POSEFORGE_MODELS"):
        err.print("[dim]set POSEFORGE_MODELS to keep them elsewhere[/dim]")


@models_app.command()
def verify(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Models; if not given, all of which there is a file.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every byte of models against their SHA-256. Exit code 1 if a file is wrong or missing, or none is there."""
    from poseforge import models

    begun = [m.name for m in models.CATALOGUE.values() if len(models.missing(m.name)) < len(m.files)]
    found = [_facts(models.get(name), thorough=True) for name in names or begun]
    if as_json:
        print_json(found)
    elif not found:
        out.print(f"no models in {escape(str(models.folder()))}")
    for facts in [] if as_json else found:
        out.print(f"[bold]{facts['name']}[/bold]")
        _tell(facts)
    if not found or any(row["state"] != "there" for facts in found for row in facts["files"]):
        raise typer.Exit(1)
