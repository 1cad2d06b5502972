"""The same question asked of many splits of one catalogue: what one split decides by luck."""
