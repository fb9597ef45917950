"""Parley: the desktop console of an e-commerce exchange, and its bundled server."""

__version__ = "0.1.0"
