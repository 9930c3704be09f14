"""A project that was written for ws4redis: settings, template and publisher calls as its documentation shows them.

It is not run as it is: its `ws4redis.django_runserver` cannot be imported on current Django. The tests change what
docs/moving_from_ws4redis.md names, and run that.
"""
