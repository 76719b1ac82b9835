"""Lambda functions: run from their deployed archives, in processes of their own."""
