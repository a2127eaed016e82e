"""What calls a function of CFC beside its HTTP trigger. The events are those of Baidu's own templates for tests:

https://github.com/baidubce/cfc-vscode-extension/tree/master/src/events, and https://cloud.baidu.com/doc/CFC/s/njwvz48yg
for the triggers. There are two more, DataHub and DuEdge, whose events are published nowhere.
"""

from __future__ import annotations

from .bos import BOS
from .cdn import CDN
from .crontab import CRONTAB
from .destination import DESTINATION
from .dueros import DUEROS
from .kafka import KAFKA

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fcbridge.trigger import Trigger

TRIGGERS: tuple[Trigger, ...] = (BOS, KAFKA, CRONTAB, CDN, DUEROS, DESTINATION)
