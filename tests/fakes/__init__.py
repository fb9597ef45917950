"""Stand-ins at the ports: a clock moved by hand, a scripted transport."""
