"""People: who may sign in, under which role, and how that is kept safe."""
