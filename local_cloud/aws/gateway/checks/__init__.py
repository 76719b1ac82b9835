"""What AWS refuses and moto accepts, checked before moto is asked: a module for each service."""
