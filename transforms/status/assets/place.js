// Where this copy of the page stands. A server that can hand out archived records puts its own file in this place.
"use strict";
Archive.recordUrl = null;
