"""The connector: events that are no HTTP requests, on their way to the functions that take them."""
