"""Chalice answering a constant, behind the platform's authorizer: what the API is held against over HTTP."""

from chalice.app import AuthRequest, AuthResponse, Chalice

app = Chalice("bare")


@app.authorizer(name="authorize")
def authorize(_request: AuthRequest) -> AuthResponse:
    """Stand for the platform's authorizer: API Gateway asks that one, and this one never."""
    raise NotImplementedError


@app.route("/v1/constant", authorizer=authorize)
def constant() -> dict[str, str]:
    """Answer."""
    return {"status": "ok"}
