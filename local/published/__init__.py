"""What is written from the description of the API: the client, the pages of problems, a reference."""
