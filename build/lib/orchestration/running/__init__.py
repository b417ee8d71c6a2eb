"""The daily job in this process: environment, lock, progress, and what its checks found."""
