"""The `tarn` console script: the ways in for people and for make."""
