"""The sandbox shop: what it is filled with, who acts in it, how it is served, the scripted shift."""
