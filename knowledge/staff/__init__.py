"""Staff: accounts, log-ins, profiles, groups and working hours."""
