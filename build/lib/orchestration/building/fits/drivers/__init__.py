"""What goes with an outcome, and how much each: a fit to what models of the project gather."""
