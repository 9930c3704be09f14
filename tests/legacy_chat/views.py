"""Every way of publishing: to all, to some users, to groups, to oneself, to this browser; and the last message."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from ws4redis.publisher import RedisPublisher
from ws4redis.redis_store import SELF, RedisMessage


def chat(request: HttpRequest) -> HttpResponse:
    """The page, which follows all that its visitor may follow."""
    return render(request, "chat.html")


@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """To everybody."""
    publisher = RedisPublisher(facility="chat", broadcast=True)
    publisher.publish_message(RedisMessage(request.POST["text"]))
    return HttpResponse("said")


@login_required
@require_POST
def whisper(request: HttpRequest) -> HttpResponse:
    """To the users that are named."""
    publisher = RedisPublisher(facility="chat", users=request.POST.getlist("to"))
    publisher.publish_message(RedisMessage(request.POST["text"]))
    return HttpResponse("whispered")


@login_required
@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """To the members of a group, or of one's own groups where none is named."""
    groups = request.POST.getlist("to") or [SELF]
    publisher = RedisPublisher(request=request, facility="chat", groups=groups)
    publisher.publish_message(RedisMessage(request.POST["text"]))
    return HttpResponse("announced")


@login_required
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """To oneself, on every device; kept for ten minutes."""
    publisher = RedisPublisher(request=request, facility="chat", users=[SELF])
    publisher.publish_message(RedisMessage(request.POST["text"]), expire=600)
    return HttpResponse("reminded")


@login_required
@require_POST
def here(request: HttpRequest) -> HttpResponse:
    """To this browser only."""
    publisher = RedisPublisher(request=request, facility="chat", sessions=[SELF])
    publisher.publish_message(RedisMessage(request.POST["text"]))
    return HttpResponse("noted")


def last(request: HttpRequest, audience: str) -> HttpResponse:
    """The last message that was for this visitor, if it is still kept."""
    message = RedisPublisher().fetch_message(request, "chat", audience)
    return HttpResponse(message or b"", content_type="text/plain")
