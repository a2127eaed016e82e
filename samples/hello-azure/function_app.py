"""What Azure's Python worker loads: a FunctionApp with one function, which gets every request."""

from fcbridge import bridge

from hello import web

app = bridge(web, platform="azure").entry()
