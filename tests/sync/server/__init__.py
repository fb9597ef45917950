"""Tests of the server half of the spine."""
