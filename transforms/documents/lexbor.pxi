"""lexbor's structs, as far as they are read, and bytes of UTF-8 that grow. Part of tree.pyx."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint32_t, uintptr_t
from libc.string cimport memcmp, memcpy, memset


cdef struct Text:  # lexbor_str_t
    char *data
    size_t length


cdef struct Node:  # lxb_dom_node_t
    void *events
    uintptr_t local_name
    uintptr_t prefix
    uintptr_t ns
    void *owner_document
    Node *next
    Node *prev
    Node *parent
    Node *first_child
    Node *last_child
    void *user
    int type


cdef struct CharacterData:  # lxb_dom_character_data_t
    Node node
    Text data


cdef struct Attribute:  # lxb_dom_attr_t
    Node node
    uintptr_t upper_name
    uintptr_t qualified_name
    Text *value
    void *owner
    Attribute *next
    Attribute *prev


cdef struct Element:  # lxb_dom_element_t, as far as it is read
    Node node
    uintptr_t upper_name
    uintptr_t qualified_name
    Text *is_value
    Attribute *first_attr


cdef struct Entry:  # lexbor_hash_entry_t of a short key: a tag or attribute that HTML does not know
    char name[24]
    size_t length


cdef class Buffer:
    """Bytes of UTF-8 that grow."""

    cdef char *data
    cdef size_t length, room

    def __cinit__(self):
        self.room = 1 << 12
        self.data = <char *> PyMem_Malloc(self.room)
        if self.data == NULL:
            raise MemoryError

    def __dealloc__(self):
        PyMem_Free(self.data)

    cdef int add(self, const char *data, size_t length) except -1:
        cdef char *grown
        if self.length + length > self.room:
            while self.length + length > self.room:
                self.room *= 2
            grown = <char *> PyMem_Realloc(self.data, self.room)
            if grown == NULL:
                raise MemoryError
            self.data = grown
        memcpy(self.data + self.length, data, length)
        self.length += length
        return 0

    cdef str text(self):
        return PyUnicode_DecodeUTF8(self.data, self.length, "replace")

    cdef int tidy(self, const char *mark, size_t mark_length) noexcept:
        """Blanks become one space, blanks with a mark in them one line break, those at the ends nothing."""
        cdef size_t at = 0, kept = 0, wide
        cdef char between = 0
        while at < self.length:
            wide = blank(self.data + at, self.length - at)
            if wide:
                between = between or 32
            elif self.length - at >= mark_length and memcmp(self.data + at, mark, mark_length) == 0:
                between, wide = 10, mark_length
            else:
                if between and kept:
                    self.data[kept] = between
                    kept += 1
                self.data[kept] = self.data[at]
                between, wide = 0, 1
                kept += 1
            at += wide
        self.length = kept
        return 0


cdef inline size_t blank(const char *data, size_t left) noexcept nogil:
    """How many bytes the blank takes that stands here, 0 if none does; blanks are those of `str.isspace`."""
    cdef uint8_t first = <uint8_t> data[0], second, third
    if first <= 32:
        return first == 32 or 9 <= first <= 13 or 28 <= first <= 31
    if first < 0xC2 or first > 0xE3 or left < 2:
        return 0
    second = <uint8_t> data[1]
    if first == 0xC2:
        return 2 if second == 0x85 or second == 0xA0 else 0
    if first < 0xE1 or left < 3:
        return 0
    third = <uint8_t> data[2]
    if first == 0xE3:
        return 3 if second == 0x80 and third == 0x80 else 0
    if first == 0xE1:
        return 3 if second == 0x9A and third == 0x80 else 0
    if second == 0x80:
        return 3 if third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF else 0
    return 3 if second == 0x81 and third == 0x9F else 0


cdef struct Extent:  # of a text so far
    uint32_t points  # code points
    uint32_t prose  # 。 and ，
    uint32_t signs  # 。 ， 、 ；


cdef inline void measure(Extent *extent, const char *text, size_t length) noexcept nogil:
    """Add what a text in UTF-8 holds."""
    cdef const uint8_t *data = <const uint8_t *> text
    cdef size_t at
    for at in range(length):
        extent.points += (data[at] & 0xC0) != 0x80
        if at + 2 < length:
            if data[at] == 0xE3 and data[at + 1] == 0x80:
                extent.prose += data[at + 2] == 0x82
                extent.signs += data[at + 2] == 0x82 or data[at + 2] == 0x81
            elif data[at] == 0xEF and data[at + 1] == 0xBC:
                extent.prose += data[at + 2] == 0x8C
                extent.signs += data[at + 2] == 0x8C or data[at + 2] == 0x9B


cdef str decoded(Text *text):
    if text == NULL or text.data == NULL:
        return ""
    return PyUnicode_DecodeUTF8(text.data, text.length, "replace")


cdef inline Node *after(Node *node, Node *top, bint inside) noexcept nogil:
    """The next node in the order of the page below `top`; `inside` goes into the node first. NULL at the end."""
    if inside and node.first_child != NULL:
        return node.first_child
    while node != top:
        if node.next != NULL:
            return node.next
        node = node.parent
    return NULL


cdef bytes name_of(uintptr_t number):
    """The name of a tag or attribute that the parser has no number for, b"" when it is a long one."""
    cdef Entry *entry = <Entry *> number
    return entry.name[:entry.length] if entry.length <= 16 else b""
