"""Django's settings. What differs between your machine and the cloud is read from the environment."""

import os
from pathlib import Path
from tempfile import gettempdir

from django.core.management.utils import get_random_secret_key

# Set NOTES_SECRET where more than one instance runs: without it each makes its own and a login is known to one only.
SECRET_KEY = os.environ.get("NOTES_SECRET") or get_random_secret_key()
DEBUG = os.environ.get("NOTES_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("NOTES_HOSTS", "localhost,127.0.0.1,.fcapp.run").split(",")

# The code directory of a function is read-only; the temporary directory is not, and lasts as long as the instance.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("NOTES_DATABASE") or Path(gettempdir(), "django-notes.sqlite3"),
    }
}
MEDIA_ROOT = os.environ.get("NOTES_FILES") or Path(gettempdir(), "django-notes")

# The HTTP trigger of FC 3.0 carries one Set-Cookie in a response. A login would set two, sessionid and csrftoken;
# with the token in the session there is one.
CSRF_USE_SESSIONS = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "notes",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "notes"
LOGOUT_REDIRECT_URL = "login"
USE_TZ = True
