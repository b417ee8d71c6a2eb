"""Files on disk to rows of text: what landed, unpacked, split into records and counted."""
