"""Tickets as screens see them: queue, views, the open one, triage, previews."""
