"""The account: what SES allows it, how it is seen, and whom mail may be from."""
