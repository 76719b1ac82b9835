"""From a landed file to validated rows: queue, function and ledger."""
