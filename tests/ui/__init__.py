"""The Qt kit: theme, icons, lists, pickers, toasts, words."""
