"""What is printed once the centre answers: the address, oddities of profiles, demo accounts."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from chassis.profiles import notices
from contracts.facility import Facility
from deploy.demo import PASSWORD, ROLES, username


def print_welcome(address: str, facilities: Mapping[str, Facility], *, demo: bool) -> None:
    console = Console()
    console.print(f"\n[bold green]Alur[/] berjalan di [bold]{address}[/]  (Ctrl-C untuk berhenti)")
    for notice in notices(facilities):
        console.print(
            f"Profil {notice}", style="yellow", markup=False, highlight=False, soft_wrap=True
        )
    if not demo:
        return
    table = Table(title=f"Akun demo, kata sandi: {PASSWORD}", title_justify="left")
    table.add_column("Puskesmas")
    table.add_column("Nama pengguna")
    for code, facility in facilities.items():
        names = [username(role, code) for role in ("clerk", "midwife", "analyst", "pharmacist")]
        table.add_row(facility.name, "  ".join(names))
    console.print(table)
    console.print(f"[dim]Peran: {', '.join(ROLES)}[/]\n")
