"""The site's addresses. `/ws/` is not among them: that is the gateway's."""

from django.contrib import admin
from django.urls import path

from project.views import plan, timeline

urlpatterns = [
    path("", timeline, name="timeline"),
    path("plan/", plan, name="plan"),
    path("admin/", admin.site.urls),
]
