"""The Email API, one module a resource."""
