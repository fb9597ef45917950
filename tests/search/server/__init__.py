"""Tests of search on the server."""
