"""The shapes of accounts and sessions."""

from pydantic import BaseModel, Field

from admin_api.schemas.base import Out, Secret, Short
from knowledge.choices import Role


class Credentials(BaseModel):
    """An account's address and its password."""

    email: Short = Field(examples=["ana@example.org"])
    password: Secret = Field(examples=["correct horse battery"])


class StaffOut(Out):
    """A member of staff."""

    id: int
    email: str = Field(examples=["ana@example.org"])
    name: str = Field(examples=["Ana Horvat"])
    role: Role
    active: bool = True


class Me(StaffOut):
    """Who is logged in; with `must_change_password` the password was handed out and is to be changed first."""

    must_change_password: bool


class LoggedIn(BaseModel):
    """A new session: send `token` as `Authorization: Bearer`; the console has it as a cookie."""

    token: str
    token_type: str = "bearer"
    expires_in: int = Field(description="Seconds that the session lasts.", examples=[43200])
    me: Me


class PasswordChange(BaseModel):
    """The password until now and the new one, of 10 to 200 characters."""

    old: Secret
    new: Secret = Field(examples=["a long sentence of mine"])


class NewStaff(BaseModel):
    """An account to make; it gets a one-time password."""

    email: Short = Field(examples=["ivan@example.org"])
    name: Short = Field(default="", examples=["Ivan Petrov"])
    role: Role


class StaffIn(BaseModel):
    """What somebody is called and what they may do."""

    name: Short = Field(examples=["Ivan Petrov"])
    role: Role


class StaffCreated(BaseModel):
    """A new account, or one with a new password; `password` is shown this once."""

    staff: StaffOut
    password: str = Field(examples=["Jq3k-v0aXw2z"])
