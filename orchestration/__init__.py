"""Floor 3: Dagster's definitions, quality gates and the command line. Domain logic does not belong here."""
