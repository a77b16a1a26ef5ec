"""Keeping the store for years: backups, retention, partitions, encrypted columns, sealed values."""
