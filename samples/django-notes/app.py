"""The function: the project through WSGI. ``app_asgi.py`` is the same through ASGI."""

from django.core.management import call_command
from fcbridge import bridge

from project.wsgi import application

# The database is a file of this instance's own, which the instance brings up to date as it starts. With a database that
# instances share, leave this line out and migrate once, when you deploy.
call_command("migrate", verbosity=0)

handler = bridge(application)
initialize = handler.initialize
pre_stop = handler.pre_stop
