"""The desktop half of the spine: the engine process, the outbox, the replica, the pipe between."""
