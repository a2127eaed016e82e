"""The platform's side on this machine: what the development server, the test kit and the command line share."""
