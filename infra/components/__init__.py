"""The building blocks of the platform, one area of the architecture a package or module."""
