"""Tests of the desktop's root."""
