"""Facts written one at a time: checked, completed, stored, and what follows from them told."""
