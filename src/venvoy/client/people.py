"""Sessions, users and tokens."""

from collections.abc import Iterator

from venvoy.client.transport import Transport, address
from venvoy.wire.people import Session, SignIn, Token, TokenCreate, User, UserCreate, UserEdit


class People(Transport):
    """Sessions, users and tokens."""

    def sign_in(self, username: str, password: str) -> Session:
        """Open a session for this client's further calls."""
        body = SignIn(username=username, password=password)
        session = self._read(self._send("POST", "session", body=body), Session)
        if session.csrf_token:
            self._http.headers["X-CSRF-Token"] = session.csrf_token
        return session

    def who(self) -> Session:
        """Return who is signed in. Raises Unauthenticated."""
        return self._get("session", Session)

    def sign_out(self) -> None:
        """End the session."""
        self._send("DELETE", "session")

    def users(self) -> Iterator[User]:
        """Yield all users by name."""
        return self._pages("users", User, {})

    def create_user(self, wish: UserCreate) -> User:
        """Create a user."""
        return self._post("users", User, wish)

    def edit_user(self, username: str, change: UserEdit) -> User:
        """Change a user's role or password, or disable the account."""
        answer = self._send("PATCH", address("users", username), body=change)
        return self._read(answer, User)

    def delete_user(self, username: str) -> None:
        """Delete a user with its tokens and sessions."""
        self._send("DELETE", address("users", username))

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens that the caller may see."""
        return self._pages("tokens", Token, {})

    def create_token(self, wish: TokenCreate) -> Token:
        """Create a token; its secret is in this answer only."""
        return self._post("tokens", Token, wish)

    def delete_token(self, identifier: str) -> None:
        """Revoke a token."""
        self._send("DELETE", address("tokens", identifier))
