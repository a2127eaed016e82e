from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from . import views

urlpatterns = [
    path("", views.NoteList.as_view(), name="notes"),
    path("tags/<str:tag>/", views.NoteList.as_view(), name="tag"),
    path("notes/new/", views.NoteCreate.as_view(), name="new"),
    path("notes/<int:pk>/", views.NoteDetail.as_view(), name="note"),
    path("notes/<int:pk>/edit/", views.NoteUpdate.as_view(), name="edit"),
    path("notes/<int:pk>/delete/", views.NoteDelete.as_view(), name="delete"),
    path("notes/<int:pk>/attachment/", views.Attachment.as_view(), name="attachment"),
    path("signup/", views.SignUp.as_view(), name="signup"),
    path("login/", LoginView.as_view(template_name="form.html", extra_context={"title": "Log in"}), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("broken/", views.broken, name="broken"),
]
