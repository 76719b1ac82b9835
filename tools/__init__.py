"""How the toolchain is had. Never shipped; uses the standard library and ``tarn.errors`` only."""
