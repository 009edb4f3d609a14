"""Pages on applications: thin; rules live in `domain`, reads in `queries`."""
