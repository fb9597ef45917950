"""Staff and parties: users, teams, roles, who may do and see what, buyers and sellers."""
