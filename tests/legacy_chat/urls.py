"""The pages, and what they post to."""

from django.contrib.auth.views import LoginView
from django.urls import path

from . import views

urlpatterns = [
    path("", views.chat),
    path("login/", LoginView.as_view(template_name="login.html")),
    path("say/", views.say),
    path("whisper/", views.whisper),
    path("announce/", views.announce),
    path("remind/", views.remind),
    path("here/", views.here),
    path("last/<str:audience>/", views.last),
]
