"""Tests of faults: processes die, networks lie, disks fill up, clocks jump, old files come back."""
