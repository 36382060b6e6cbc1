"""The page at the control port: what the broker holds, and buttons for what the port can do.

`door.py` stands in front of it and costs nothing; `site.py`, the templates' engine and everything
else here are imported when the first page is asked for.

A page is a function `(broker, query, params) -> context` and a template. Pages only read; every
button sends a request to a route of the control port, so that the page can do what curl can, and
nothing else. Names, keys, values and headers come from strangers: templates escape all of them, and
no script or style is ever part of a page (Content-Security-Policy).
"""
