"""Analytics: statistics that the API answers, from message documents and events."""
