"""Memory of processes as their proportional share of what is resident."""

from pathlib import Path


def pss_mb(*pids: int) -> float:
    """The sum of the processes' PSS in MB (Linux)."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024
