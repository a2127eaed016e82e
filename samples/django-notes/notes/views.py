"""The pages. Whoever is logged in sees notes of his own, and nobody else's."""

from mimetypes import guess_type
from typing import NoReturn

from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.http import content_disposition_header
from django.views import View
from django.views.generic import CreateView, DeleteView, DetailView, ListView, UpdateView
from django.views.generic.detail import SingleObjectMixin

from .models import Note


class OwnNotes(LoginRequiredMixin):
    request: HttpRequest

    def get_queryset(self) -> QuerySet[Note]:
        return Note.objects.filter(owner=self.request.user)


class NoteList(OwnNotes, ListView):
    template_name = "list.html"

    def get_queryset(self) -> QuerySet[Note]:
        notes = super().get_queryset()
        if tag := self.kwargs.get("tag"):
            notes = notes.filter(tag=tag)
        if q := self.request.GET.get("q"):
            notes = notes.filter(Q(title__icontains=q) | Q(text__icontains=q))
        return notes


class NoteDetail(OwnNotes, DetailView):
    template_name = "note.html"


class NoteCreate(OwnNotes, CreateView):
    model = Note
    fields = ("title", "text", "tag", "attachment")
    template_name = "form.html"
    extra_context = {"title": "New note"}

    def form_valid(self, form: ModelForm) -> HttpResponse:
        form.instance.owner = self.request.user
        return super().form_valid(form)


class NoteUpdate(OwnNotes, UpdateView):
    fields = ("title", "text", "tag", "attachment")
    template_name = "form.html"
    extra_context = {"title": "Edit note"}


class NoteDelete(OwnNotes, DeleteView):
    template_name = "form.html"
    extra_context = {"title": "Delete this note?"}
    success_url = reverse_lazy("notes")

    def form_valid(self, form: ModelForm) -> HttpResponse:
        self.object.attachment.delete(save=False)
        return super().form_valid(form)


class Attachment(OwnNotes, SingleObjectMixin, View):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        note = self.get_object()
        if not note.attachment:
            raise Http404
        # Read whole: a function answers in one piece, so there is nothing for FileResponse to stream.
        with note.attachment.open() as file:
            return HttpResponse(
                file.read(),
                content_type=guess_type(note.attachment_name)[0] or "application/octet-stream",
                headers={"Content-Disposition": content_disposition_header(True, note.attachment_name)},
            )


class SignUp(CreateView):
    form_class = UserCreationForm
    template_name = "form.html"
    extra_context = {"title": "Sign up"}
    success_url = reverse_lazy("login")


def broken(request: HttpRequest) -> NoReturn:
    """The caller gets a plain 500, the log gets the traceback."""
    raise RuntimeError("This page is broken on purpose.")
