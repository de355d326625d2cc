"""The Message Centre: a web page and its API in front of the Email Platform; deployed apart from it."""
