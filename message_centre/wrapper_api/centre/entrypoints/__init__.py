"""The HTTP border, one module a resource."""
