"""The function: the project through ASGI, for views that await. ``app.py`` is the same through WSGI."""

from django.core.management import call_command
from fcbridge import bridge

from project.asgi import application

# As in app.py.
call_command("migrate", verbosity=0)

handler = bridge(application)
initialize = handler.initialize
pre_stop = handler.pre_stop
