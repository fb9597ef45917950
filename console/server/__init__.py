"""The server's root: configuration, the assembled core, routes, sign-in, the process itself."""
