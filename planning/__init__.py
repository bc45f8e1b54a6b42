"""Who visits what, and when."""
