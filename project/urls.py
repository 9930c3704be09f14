"""The site's addresses. `/ws/` is not among them: that is the gateway's."""

from django.contrib import admin
from django.urls import path

from project.views import live_table, observations

urlpatterns = [
    path("", live_table, name="live-table"),
    path("observations/", observations, name="observations"),
    path("admin/", admin.site.urls),
]
