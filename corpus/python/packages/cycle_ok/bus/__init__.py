"""An event bus in two modules that need each other."""
