"""Tests of the desktop half of the spine."""
