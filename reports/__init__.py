"""What a reader sees of a comparison, drawn and written from stored arrays alone."""
