"""Records as rows and as columns."""

from dataclasses import fields

from schemas.records import Figure, Figures, Section, as_row


def figure(name, start):
    return Figure(*[name] * 11, start, start + 1)


def test_a_row_holds_every_field_of_its_record_and_no_other():
    names = [field.name for field in fields(Section)]
    assert as_row(Section(*names)) == dict(zip(names, names, strict=True))


def test_figures_as_columns_are_the_same_figures():
    told = [figure("a", 7), figure("b", 3), figure("c", 3)]
    figures = Figures.of(told)
    assert [field.name for field in fields(Figures)] == [field.name for field in fields(Figure)]
    assert list(figures) == told and len(figures) == 3 and list(Figures.of([])) == []
    assert figures.rows()[1] == {field.name: getattr(told[1], field.name) for field in fields(Figure)}
    assert list(figures.by_place()) == [told[1], told[2], told[0]]
    figures.extend(Figures.of(told[:1]))
    assert list(figures) == [*told, told[0]] and list(figures.keys())[3] == ("a", "a")
