"""Who is told when something is wrong or has really moved, once for each cause."""
