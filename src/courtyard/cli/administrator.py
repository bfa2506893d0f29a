"""`courtyard administrator`: the first one, from whom every invitation comes."""

import click
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from courtyard.journal.act import NotAllowed
from courtyard.journal.op import new_op
from courtyard.journal.reader import Reader
from courtyard.journal.scope import reading_as
from courtyard.journal.seal import Secret
from courtyard.people import acts

from .ready import NotMigrated, ready_database


@click.command()
@click.option("--name", prompt=True)
@click.option("--email", prompt=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def administrator(name: str, email: str, password: str) -> None:
    """Makes the first administrator. Everybody after comes by invitation."""
    try:
        validate_email(email)
        validate_password(password)
    except ValidationError as error:
        click.echo(" ".join(error.messages), err=True)
        raise SystemExit(2) from error
    op = new_op()
    try:
        ready_database()
        with reading_as(Reader(op), door="sign-in"):
            acts.found(
                op=op,
                by=Reader(op),
                at=timezone.now(),
                name=name,
                email=email,
                password=Secret(password),
            )
    except NotAllowed as error:
        click.echo("There is an administrator already; ask them for an invitation.", err=True)
        raise SystemExit(2) from error
    except NotMigrated as error:
        click.echo(error, err=True)
        raise SystemExit(2) from error
    except acts.EmailTaken as error:
        click.echo("Somebody signs in with this address already.", err=True)
        raise SystemExit(2) from error
    click.echo(f"{name} can sign in with {email}.")
