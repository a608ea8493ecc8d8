"""Telling the story on a terminal, in Dutch."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDTH = 110


@dataclass(slots=True)
class Teller:
    """Prints the story. Nothing in it is real."""

    console: Console

    @classmethod
    def on_terminal(cls) -> Teller:
        """Return a teller for this terminal, no wider than reads well."""
        console = Console(highlight=False)
        console.width = min(WIDTH, console.width) if console.is_terminal else WIDTH
        return cls(console)

    def step(self, number: int, name: str) -> None:
        """Begin a step."""
        self.console.print()
        self.console.print(f"[bold cyan]{number:2d}. {escape(name)}[/]")

    def say(self, text: str) -> None:
        """Say what happened."""
        self.console.print(f"    {escape(text)}", soft_wrap=False)

    def line(self, text: str) -> None:
        """Show something that is read on a screen."""
        self.console.print(f"    [dim]·[/] {escape(text)}")

    def answer(self, who: str, text: str) -> None:
        """Show what someone says, or is told."""
        self.console.print(f"    [bold]{escape(who)}:[/] {escape(text)}")

    def beside(self, left_title: str, left: str, right_title: str, right: str) -> None:
        """Show two texts beside each other."""
        table = Table(box=None, padding=(0, 2), show_edge=False, pad_edge=True, width=self.console.width - 4)
        table.add_column(left_title, ratio=1, header_style="bold")
        table.add_column(right_title, ratio=1, header_style="bold green")
        table.add_row(escape(left), escape(right))
        self.console.print(table)

    def done(self, name: str, seconds: float) -> None:
        """End a step."""
        self.console.print(f"    [green]✓[/] [dim]{escape(name)} ({seconds:.1f} s)[/]")

    def failed(self, name: str, why: str) -> None:
        """Say which step did not hold."""
        self.console.print(f"\n[bold red]Stap mislukt: {escape(name)}[/]\n    {escape(why)}")
