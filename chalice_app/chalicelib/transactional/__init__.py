"""Transactional messages: one mail to one person, asked for by one request."""
