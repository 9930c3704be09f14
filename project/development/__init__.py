"""`make run`: real servers of the checkout's own, and the site's processes under one Ctrl-C."""
