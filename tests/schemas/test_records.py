"""Records as rows."""

from dataclasses import fields

import pytest

from schemas.records import Figure, Section, as_row


@pytest.mark.parametrize("kind", [Section, Figure])
def test_a_row_holds_every_field_of_its_record_and_no_other(kind):
    names = [field.name for field in fields(kind)]
    assert as_row(kind(*names)) == dict(zip(names, names, strict=True))
