"""ws4redis's WebSocket server for uWSGI, on current Django: see ws4redis-uwsgi.ini beside it."""

from django.http import HttpResponse
from ws4redis.uwsgi_runserver import uWSGIWebsocketServer

# Where it refuses a client, ws4redis reads the headers by a name that Django dropped in 3.2; without it a 403 is a 500.
HttpResponse._headers = property(lambda response: {name: (name, value) for name, value in response.headers.items()})

application = uWSGIWebsocketServer()
