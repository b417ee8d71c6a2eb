"""`cx`, the command line of the warehouse: one file a group of commands."""
