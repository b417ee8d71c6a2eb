"""What brings files by itself, one file for each system."""
