"""How the policy looks: the page on which it is read and set."""
