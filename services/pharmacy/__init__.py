"""Pharmacy: reviews, prepares and hands over prescriptions, and keeps the stock by lot."""
