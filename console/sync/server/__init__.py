"""The server half of the spine: decide commands, keep the log, feed the consoles."""
