"""Real servers for the tests, each in a process of its own on a free port of loopback.

Every server here can be killed in the middle of a test and brought back on the same port with its data::

    with RedisServer(folder) as redis:
        ...
        redis.kill()        # as a machine that loses power
        redis.restart()

:mod:`tests.services.fixtures` has them as fixtures that several tests share. Who kills a server starts one of his own.
"""
