"""The site's addresses. `/ws/` is not among them: that is the gateway's."""

from django.contrib import admin
from django.urls import path

from project.views import live_table, plan

urlpatterns = [
    path("", live_table, name="live-table"),
    path("plan/", plan, name="plan"),
    path("admin/", admin.site.urls),
]
