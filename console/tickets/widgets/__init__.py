"""How tickets look: the queue, the views at the side, the header, the column of context."""
