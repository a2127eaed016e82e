"""What calls a function of FunctionGraph beside its gateway.

https://support.huaweicloud.com/intl/en-us/devg-functiongraph/functiongraph_02_0102.html has the events. All of these
but GeminiDB's invoke asynchronously
(https://support.huaweicloud.com/eu/usermanual-functiongraph/functiongraph_01_1062.html): what the function returns is
read by nobody, and where it raises it is called again with the whole batch, as often as its settings for asynchronous
invocations say.

The triggers for RabbitMQ, IoTDA and GeminiDB's MongoDB interface are not here: no document shows the whole of an event.
"""

from __future__ import annotations

from .cts import CTS
from .dds import DDS
from .destination import DESTINATION
from .dis import DIS
from .eventgrid import EVENT_GRID, EVENT_GRID_OBS
from .geminidb import GEMINI_DB
from .lts import LTS
from .obs import OBS
from .queues import KAFKA, ROCKETMQ
from .smn import SMN
from .timer import TIMER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.trigger import Trigger

TRIGGERS: tuple[Trigger, ...] = (
    OBS, SMN, KAFKA, ROCKETMQ, DIS, LTS, TIMER, CTS, DDS, GEMINI_DB, EVENT_GRID, EVENT_GRID_OBS, DESTINATION,
)  # fmt: skip
