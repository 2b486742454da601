"""embedded — the whole of Motcua on one machine: where things are (layout), PostgreSQL, the processes, the supervisor, the
sample data. scripts/suite.py is the command; system tests use the class Suite."""
