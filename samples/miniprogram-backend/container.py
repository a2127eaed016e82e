"""What a container of WeChat CloudRun serves: uvicorn container:app"""

from fcbridge import bridge

from app import app as backend

# It lets X-WX-* headers through where they are WeChat's, and answers WeChat's check of a path.
app = bridge(backend, platform="tencent").entry()
