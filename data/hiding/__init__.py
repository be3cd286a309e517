"""What a reader may read of a presence, field by field and word by word."""
