"""lexbor's structs, as far as they are read, and bytes of UTF-8 that grow. Part of tree.pyx."""

from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport uint8_t, uint32_t, uintptr_t
from libc.string cimport memcpy


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


cdef inline size_t code_points(const char *data, size_t length) noexcept nogil:
    cdef size_t count = 0, at
    for at in range(length):
        count += (<uint8_t> data[at] & 0xC0) != 0x80
    return count


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
