"""Reads language: sentences, words, quantities, dates and places, each with its exact characters."""
