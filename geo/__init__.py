"""The ground: places and facts, where they come from and how they are kept."""
