"""What tags and attributes mean to us, by the parser's numbers or by name. Part of tree.pyx."""

def survey(bytes source):
    """Return how many tags may begin in UTF-8, and whether it may hold U+FDC0-FDFF, as itself or by number."""
    cdef const uint8_t *data = source
    cdef size_t at, last = len(source)
    cdef uint32_t tags = 0, told = 0
    for at in range(last):  # the byte behind the last one is 0
        tags += data[at] == 60
        told |= ((data[at] == 0xEF) & (data[at + 1] == 0xB7)) | ((data[at] == 38) & (data[at + 1] == 35))
    return tags, told != 0


def attribute_keys(size_t address):
    """Return how the parser knows an element's attributes, in their order: by number, or by name."""
    cdef Attribute *attribute = (<Element *> address).first_attr
    keys = []
    while attribute != NULL:
        keys.append(attribute.node.local_name if attribute.node.local_name < KNOWN else name_of(attribute.node.local_name))
        attribute = attribute.next
    return keys


cdef class Kinds:
    """What tags and attributes mean to us, by the parser's numbers or by name; those not named mean nothing."""

    cdef uint32_t tags[KNOWN]
    cdef uint8_t attributes[KNOWN]
    cdef dict other_tags, other_attributes, called
    cdef frozenset ids, classes
    cdef bint known[KNOWN]  # by what known names come to

    def __init__(self, dict tags, dict attributes, dict called, frozenset ids, frozenset classes):
        """`tags` are sums of meanings, `attributes` one meaning each; `called` are the names of telling tags."""
        cdef size_t number
        for number in range(KNOWN):
            self.tags[number], self.attributes[number] = tags.get(number, 0), attributes.get(number, 0)
        self.other_tags = {key: value for key, value in tags.items() if isinstance(key, bytes)}
        self.other_attributes = {key: value for key, value in attributes.items() if isinstance(key, bytes)}
        self.called, self.ids, self.classes = called, ids, classes
        memset(self.known, 0, sizeof(self.known))
        for name in (*ids, *classes):
            told = name.encode()
            self.known[sum_of(told, len(told))] = True

    cdef bint may_name(self, Text *names) noexcept:
        """Whether a known name may be among names apart by blanks; most are not, and a look at their bytes says so."""
        cdef const uint8_t *data
        cdef size_t at, begin = 0
        if names == NULL or names.data == NULL:
            return False
        data = <const uint8_t *> names.data
        for at in range(names.length):
            if data[at] >= 128:
                return True
            if data[at] <= 32:
                if at > begin and self.known[sum_of(names.data + begin, at - begin)]:
                    return True
                begin = at + 1
        return names.length > begin and self.known[sum_of(names.data + begin, names.length - begin)]

    cdef inline uint32_t of(self, Node *node) except? 0xFFFFFFFF:
        if node.local_name < KNOWN:
            return self.tags[node.local_name]
        return self.other_tags.get(name_of(node.local_name), 0)

    cdef inline uint8_t of_attribute(self, Attribute *attribute) except? 0xFF:
        if attribute.node.local_name < KNOWN:
            return self.attributes[attribute.node.local_name]
        return self.other_attributes.get(name_of(attribute.node.local_name), 0)

    def head(self, size_t address):
        """Return the text of the first title below a node, None without one, and (name, content) of its metas."""
        cdef Node *top = <Node *> address
        cdef Node *node = top
        cdef Attribute *attribute
        cdef uint8_t meaning
        cdef uint32_t kind
        metas, title = [], None
        while node != NULL:
            kind = self.of(node) if node.type == ELEMENT else 0
            if kind & META:
                name = other = content = ""
                attribute = (<Element *> node).first_attr
                while attribute != NULL:
                    meaning = self.of_attribute(attribute)
                    if meaning == NAME:
                        name = decoded(attribute.value)
                    elif meaning == PROPERTY:
                        other = decoded(attribute.value)
                    elif meaning == CONTENT:
                        content = decoded(attribute.value)
                    attribute = attribute.next
                metas.append((name or other, content))
            elif kind & TITLE and title is None:
                title = inner(node)
            node = after(node, top, True)
        return title, metas


cdef inline uint32_t sum_of(const char *data, size_t length) noexcept nogil:
    """A number below KNOWN that a name's bytes come to."""
    cdef uint32_t total = 0
    cdef size_t at
    for at in range(length):
        total = total * 31 + <uint8_t> data[at]
    return total % KNOWN


cdef str inner(Node *top):
    """All text below a node, dropped or not."""
    cdef Buffer buffer = Buffer()
    cdef Node *node = top
    while node != NULL:
        if node.type == TEXT:
            buffer.add((<CharacterData *> node).data.data, (<CharacterData *> node).data.length)
        node = after(node, top, True)
    return buffer.text()


cdef int listed(dict lists, key, size_t number) except -1:
    """Add a number to the list of a key."""
    numbers = lists.get(key)
    if numbers is None:
        lists[key] = [number]
    else:
        (<list> numbers).append(number)
    return 0


cdef object span(Text *value):
    """How many rows or columns an attribute asks for, at least 1; six digits tell enough."""
    told = decoded(value).strip()
    return max(1, int(told[:6])) if told.isascii() and told[:6].isdigit() else 1
