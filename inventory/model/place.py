"""Where things stand: postal address with the codes of the Polish registers, coordinates."""

from typing import Annotated

from pydantic import Field, StringConstraints

from inventory.model.fact import Fact, Text

Terc = Annotated[str, StringConstraints(pattern=r"^\d{7}$")]
Simc = Annotated[str, StringConstraints(pattern=r"^\d{7}$")]
Ulic = Annotated[str, StringConstraints(pattern=r"^\d{5}$")]


class Address(Fact):
    """A street address; TERC, SIMC and ULIC are the codes of the national register of places."""

    street: Text
    house_number: Text | None = None
    postal_code: Annotated[str, StringConstraints(pattern=r"^\d{2}-\d{3}$")] | None = None
    city: Text
    terc: Terc
    simc: Simc | None = None
    ulic: Ulic | None = None


class Coordinates(Fact):
    """WGS 84 degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
