"""What readers get: built and verified aside, swapped in, rolled back."""
