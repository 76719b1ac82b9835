"""Rules above single values: conditions on rows and on whole files, and what follows from them."""
