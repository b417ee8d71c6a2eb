"""What the warehouse costs, beside what the same work costs elsewhere; `make bench` runs it."""
