"""The desk: people review claims here."""
