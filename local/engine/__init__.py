"""The true Pulumi engine on this machine: its CLI, built once, and a stand-in for the AWS provider."""
