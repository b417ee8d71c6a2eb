"""Files on disk to rows: what landed, unpacked, examined, split into records and counted."""
