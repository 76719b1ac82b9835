"""What may not be deployed: the Pulumi policy pack."""
