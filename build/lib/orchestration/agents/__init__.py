"""What agents may ask of the published file, and the server that answers them."""
