"""The desktop editor's place: a leaf that uses the core and that nothing imports."""
