"""Sources: what is loaded here, how well it was read, and who put it in force or took it out."""
