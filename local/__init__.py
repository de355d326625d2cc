"""The platform on this machine: an embedded AWS, the deployment onto it and what a person needs around it."""
