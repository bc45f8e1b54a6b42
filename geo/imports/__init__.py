"""Files of offices become facts, or say row by row why not."""
