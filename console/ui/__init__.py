"""The Qt kit: theme, icons, painting, lists, pickers. It knows no room."""
