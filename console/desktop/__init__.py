"""The desktop's root: window, pages, keys, settings, keyring, the engine process."""
