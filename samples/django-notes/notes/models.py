from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.urls import reverse


class Note(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notes")
    title = models.CharField(max_length=80)
    text = models.TextField(blank=True)
    tag = models.CharField(max_length=40, blank=True)
    attachment = models.FileField(upload_to="attachments", blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.title

    @property
    def attachment_name(self) -> str:
        return PurePath(self.attachment.name).name

    def get_absolute_url(self) -> str:
        return reverse("note", args=[self.pk])
