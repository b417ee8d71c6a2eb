"""PostgreSQL, the road for BI: what the published file holds, sent there and swapped in."""
