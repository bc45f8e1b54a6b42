"""What the private cluster stands on: programs, account, data folder, configuration."""
