# cython: language_level=3, boundscheck=False, wraparound=False
"""A parsed page read in one walk: its text, and where in it each element stands.

Every step from Python into selectolax's tree costs about as much as reading fifty nodes here, and a page has thousands.
The parser's memory is read directly and never written, but for a mark on dropped elements in the field that lexbor
leaves to its users. The structs are those of the selectolax that is pinned; `transforms/documents/page.py` looks at
import whether they fit, and names what it learned of tags and attributes from the parser itself.
"""

include "lexbor.pxi"


cdef struct Place:  # one element of a page
    Node *node
    uint32_t up  # the element around it
    uint32_t until  # the first element behind it
    Extent start  # of the page's text before it
    Extent end


cdef enum:
    KNOWN = 1024  # the parser's numbers of what HTML knows lie below
    ELEMENT = 1
    TEXT = 3

cdef enum:  # what a tag means, as the table of kinds says; see page.py
    SKIPPED = 1
    BLOCK = 2
    CELL = 4
    ROW = 8
    PARAGRAPH = 16
    BROKEN = 32
    IMAGE = 64
    CAPTION = 128
    TABLE = 256
    LINK = 512
    VERBATIM = 1024
    NAMED = 2048
    FIELD = 4096
    META = 8192
    TITLE = 16384

cdef enum:  # what an attribute is
    ID = 1
    CLASS = 2
    STYLE = 3
    HIDDEN = 4
    COLOR = 5
    HREF = 6
    ROWSPAN = 7
    COLSPAN = 8
    NAME = 11
    PROPERTY = 12
    CONTENT = 13


include "kinds.pxi"


cdef class Page:
    """The elements below one of a parsed page, itself the first: numbered in the order of the page.

    `whole` is the text: the pieces of text (DOM text nodes) joined by `seam`. `named` tells the numbers of the elements
    with a known name (`tag`, `#id`, `.class`), `styles` those with a style, `colors` those with a colour, `unseen` the
    hidden ones. `links` are (number, href or None), `images` and `tables` numbers, `fields` texts of form fields. What
    is dropped is in none of them.
    """

    cdef Place *places
    cdef size_t n, room
    cdef Kinds kinds
    cdef str seam
    cdef bytes seam_bytes
    cdef object keeper
    cdef readonly str whole
    cdef readonly dict named, styles, colors
    cdef readonly list unseen, links, images, tables, fields

    def __cinit__(self):
        self.room = 1 << 11
        self.places = <Place *> PyMem_Malloc(self.room * sizeof(Place))
        if self.places == NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.places)

    def __init__(self, keeper, size_t address, Kinds kinds, str seam):
        """`keeper` keeps the tree alive, `address` is the element's."""
        self.keeper, self.kinds, self.seam = keeper, kinds, seam
        self.seam_bytes = seam.encode()
        self.scan(<Node *> address)

    cdef int scan(self, Node *top) except -1:
        cdef Buffer buffer = Buffer()
        cdef Node *node = top
        cdef Node *up
        cdef Place *grown
        cdef CharacterData *piece
        cdef uint32_t kind
        cdef Extent extent = Extent(0, 0, 0)
        cdef size_t current = 0
        cdef bint inside
        cdef const char *seam = self.seam_bytes
        cdef size_t seam_length = len(self.seam_bytes)
        self.n = 0
        self.named, self.styles, self.colors = {}, {}, {}
        self.unseen, self.links, self.images, self.tables, self.fields = [], [], [], [], []
        while node != NULL:
            inside = False
            if node.type == TEXT:
                piece = <CharacterData *> node
                buffer.add(piece.data.data, piece.data.length)
                buffer.add(seam, seam_length)
                measure(&extent, piece.data.data, piece.data.length)
                extent.points += 1
            elif node.type == ELEMENT:
                kind = self.kinds.of(node)
                if kind & SKIPPED:
                    if kind & FIELD:
                        self.fields.append(inner(node))
                elif node.user == NULL:
                    if self.n == self.room:
                        grown = <Place *> PyMem_Realloc(self.places, 2 * self.room * sizeof(Place))
                        if grown == NULL:
                            raise MemoryError
                        self.places, self.room = grown, 2 * self.room
                    self.places[self.n] = Place(node, current, 0, extent, extent)
                    current = self.n
                    self.n += 1
                    if kind & (TABLE | LINK | IMAGE):
                        if kind & TABLE:
                            self.tables.append(current)
                        elif kind & IMAGE:
                            self.images.append(current)
                        else:
                            self.links.append((current, self.value(node, HREF)))
                    self.tell(node, current, kind)
                    inside = True
            if inside and node.first_child != NULL:
                node = node.first_child
                continue
            if inside:
                current = self.leave(current, extent)
            while node != top and node.next == NULL:
                node = node.parent
                current = self.leave(current, extent)
            node = NULL if node == top else node.next
        buffer.length -= min(buffer.length, seam_length)
        self.whole = buffer.text()
        return 0

    cdef inline size_t leave(self, size_t number, Extent extent) noexcept nogil:
        self.places[number].end = extent
        self.places[number].until = self.n
        return self.places[number].up

    cdef int tell(self, Node *node, size_t number, uint32_t kind) except -1:
        cdef Attribute *attribute = (<Element *> node).first_attr
        cdef uint8_t meaning
        if kind & NAMED:
            known = self.kinds.called[node.local_name if node.local_name < KNOWN else name_of(node.local_name)]
            listed(self.named, known, number)
        while attribute != NULL:
            meaning = self.kinds.of_attribute(attribute)
            if ID <= meaning <= CLASS and not self.kinds.may_name(attribute.value):
                pass
            elif meaning == CLASS:
                for each in decoded(attribute.value).split():
                    if each in self.kinds.classes:
                        listed(self.named, "." + each, number)
            elif meaning == ID:
                each = decoded(attribute.value)
                if each in self.kinds.ids:
                    listed(self.named, "#" + each, number)
            elif meaning == STYLE:
                listed(self.styles, decoded(attribute.value), number)
            elif meaning == HIDDEN:
                self.unseen.append(number)
            elif meaning == COLOR:
                listed(self.colors, decoded(attribute.value), number)
            attribute = attribute.next
        return 0

    cdef str value(self, Node *node, uint8_t meaning):
        cdef Attribute *attribute = (<Element *> node).first_attr
        while attribute != NULL:
            if self.kinds.of_attribute(attribute) == meaning:
                return decoded(attribute.value)
            attribute = attribute.next
        return None

    def __len__(self):
        """Return the number of elements."""
        return self.n

    cdef Place *at(self, size_t number) except NULL:
        if number >= self.n:
            raise IndexError(number)
        return &self.places[number]

    def span(self, size_t number):
        """Return where the element's text stands in `whole`, the seam behind it left out."""
        cdef Place *place = self.at(number)
        return place.start.points, place.end.points - (place.end.points > place.start.points)

    def lines(self, size_t number):
        """Return the element's text, its pieces joined by `seam`."""
        cdef Place *place = self.at(number)
        return self.whole[place.start.points : place.end.points - (place.end.points > place.start.points)]

    def prose(self, size_t number):
        """Return how many signs of prose (。，) the element's text has, and how many signs at all (。，、；)."""
        cdef Place *place = self.at(number)
        return place.end.prose - place.start.prose, place.end.signs - place.start.signs

    def text(self, size_t number):
        """Return the element's text."""
        return self.lines(number).replace(self.seam, "")

    def up(self, size_t number):
        """Return the element around this one; the first has itself around it."""
        return self.at(number).up

    def until(self, size_t number):
        """Return the number of the first element behind this one and all in it."""
        return self.at(number).until

    def tag(self, size_t number):
        """Return the parser's number of the element's tag."""
        return self.at(number).node.local_name

    def attribute(self, size_t number, uint8_t meaning):
        """Return the value of the attribute that means this, None where there is none."""
        return self.value(self.at(number).node, meaning)

    def drop(self, numbers):
        """Forget elements and all in them, and number the others anew."""
        cdef size_t number
        for number in numbers:
            self.at(number).node.user = <void *> 1
        self.scan(self.places[0].node)

    def draw(self, size_t number, dict lifted, str mark, str place):
        """Return `(caption, rows, spans, whether it holds an image)` of a table, cells in the order of their rows.

        A cell's lines are apart by line breaks, its blanks are one space each; `mark` is a text that breaks a line. A
        table of `lifted` (address → number) stands as its number between two `place`. `spans` gives (rowspan, colspan)
        by row and cell, where either is written.
        """
        cdef Node *top = self.at(number).node
        cdef Node *node = top
        cdef Node *cell = NULL
        cdef Buffer buffer = Buffer()
        cdef uint32_t kind
        cdef bint inside, spoken = False, image = False
        cdef bytes mark_bytes = mark.encode()
        cdef const char *brk = mark_bytes
        cdef size_t brk_length = len(mark_bytes)
        cdef list rows = [], row = None
        caption, spans = "", {}
        while node != NULL:
            inside = True
            if node.type == TEXT:
                if cell != NULL:
                    buffer.add((<CharacterData *> node).data.data, (<CharacterData *> node).data.length)
            elif node.type == ELEMENT:
                kind = self.kinds.of(node)
                if kind & SKIPPED or node.user != NULL:
                    inside = False
                elif kind & TABLE and node != top and <size_t> node in lifted:
                    inside = False
                    if cell != NULL:
                        told = f"{place}{lifted[<size_t> node]}{place}".encode()
                        buffer.add(told, len(told))
                elif kind & CELL:
                    if row is None:
                        row = []
                        rows.append(row)
                    self.spanned(node, spans, len(rows) - 1, len(row))
                    cell, buffer.length, spoken = node, 0, False
                elif kind & ROW:
                    row = []
                    rows.append(row)
                elif kind & PARAGRAPH:
                    if spoken:
                        buffer.add(brk, brk_length)
                    spoken = True
                elif kind & BROKEN:
                    buffer.add(brk, brk_length)
                elif kind & IMAGE:
                    image = True
                elif kind & CAPTION:
                    caption = inner(node)
            if inside and node.first_child != NULL:
                node = node.first_child
                continue
            while True:
                if node == cell:
                    buffer.tidy(brk, brk_length)
                    row.append(buffer.text())
                    cell = NULL
                if node == top or node.next != NULL:
                    break
                node = node.parent
            node = NULL if node == top else node.next
        return caption, rows, spans, image

    cdef int spanned(self, Node *node, dict spans, size_t row, size_t place) except -1:
        cdef Attribute *attribute = (<Element *> node).first_attr
        cdef uint8_t meaning
        high = wide = None
        while attribute != NULL:
            meaning = self.kinds.of_attribute(attribute)
            if meaning == ROWSPAN:
                high = span(attribute.value)
            elif meaning == COLSPAN:
                wide = span(attribute.value)
            attribute = attribute.next
        if high is not None or wide is not None:
            spans[row, place] = high or 1, wide or 1
        return 0

    def marked(self, size_t number, dict lifted, str mark, str place):
        """Return the element's text with `mark` where a line ends; `lifted` tables stand as in `draw`.

        Blocks begin and end lines; so do line ends of preformatted text, and all of them where no block is inside.
        """
        cdef Node *top = self.at(number).node
        cdef Node *node = top
        cdef Buffer buffer = Buffer()
        cdef uint32_t kind
        cdef size_t blocks = 0, verbatim = 0
        cdef bint inside
        cdef bytes mark_bytes = mark.encode()
        cdef const char *brk = mark_bytes
        cdef size_t brk_length = len(mark_bytes)
        while node != NULL:
            inside = True
            if node.type == TEXT:
                if verbatim:
                    told = decoded(&(<CharacterData *> node).data).replace("\n", mark).encode("utf-8", "replace")
                    buffer.add(told, len(told))
                else:
                    buffer.add((<CharacterData *> node).data.data, (<CharacterData *> node).data.length)
            elif node.type == ELEMENT:
                kind = self.kinds.of(node)
                if kind & SKIPPED or node.user != NULL:
                    inside = False
                elif kind & TABLE and <size_t> node in lifted:
                    inside = False
                    told = f"{place}{lifted[<size_t> node]}{place}".encode()
                    buffer.add(told, len(told))
                else:
                    if kind & BLOCK:
                        blocks += 1
                        if node != top:
                            buffer.add(brk, brk_length)
                    verbatim += (kind & VERBATIM) != 0
            if inside and node.first_child != NULL:
                node = node.first_child
                continue
            while True:
                if inside and node.type == ELEMENT:
                    kind = self.kinds.of(node)
                    if node != top and kind & BLOCK:
                        buffer.add(brk, brk_length)
                    verbatim -= (kind & VERBATIM) != 0
                if node == top or node.next != NULL:
                    break
                node, inside = node.parent, True
            node = NULL if node == top else node.next
        text = buffer.text()
        return text.replace("\n", mark) if blocks <= 1 else text  # a page of plain text

    def address(self, size_t number):
        """Return what `lifted` knows the element by."""
        return <size_t> self.at(number).node
