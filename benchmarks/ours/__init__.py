"""Parts of a run of ours, each alone, to be measured beside a counterpart."""
