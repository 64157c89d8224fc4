"""The desktop editor: a leaf that uses the core and that nothing imports."""
