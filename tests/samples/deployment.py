"""What the deployment files of the samples may say: schemas of what the platforms document, as far as we use it."""

from __future__ import annotations

from typing import Any


def record(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    """The schema of an object that has no other fields than these."""
    return {"type": "object", "properties": properties, "required": required or [], "additionalProperties": False}


TEXT = {"type": "string", "minLength": 1}
ARN = {"type": "string", "pattern": r"^acs:(\w+):[\w-]*:[^:]*:.+$"}
TEXTS = {"type": "array", "items": TEXT}
HANDLER = {"type": "string", "pattern": r"^[A-Za-z][\w-]{0,58}[A-Za-z0-9]\.[A-Za-z][\w-]{0,58}[A-Za-z0-9]$"}
RUNTIME = {"enum": ["Python2.7", "Python3.6", "Python3.7", "Python3.9", "Python3.10"]}
TIMEOUT = {"type": "integer", "minimum": 1, "maximum": 900}
MEMORY = {"enum": [64, *range(128, 3073, 128)]}

# https://docs.cloudbase.net/cli-v1/config, as far as functions go.
CLOUDBASE = record(
    ["version", "envId", "functions"],
    version={"const": "2.0"},
    envId=TEXT,
    region=TEXT,
    functionRoot=TEXT,
    functions={
        "type": "array",
        "minItems": 1,
        "items": record(
            ["name", "runtime", "handler"],
            name=TEXT,
            type={"enum": ["Event", "HTTP"]},
            runtime=RUNTIME,
            handler=HANDLER,
            timeout=TIMEOUT,
            memorySize=MEMORY,
            installDependency={"type": "boolean"},
            envVariables={"type": "object", "additionalProperties": {"type": "string"}},
            ignore=TEXTS,
        ),
    },
)

# https://developers.weixin.qq.com/miniprogram/dev/wxcloudrun/src/guide/service/pipeline.html for the values, and the
# vendor's templates (github.com/WeixinCloud/wxcloudrun-flask) for the names.
CLOUDRUN = record(
    ["containerPort", "minNum", "maxNum", "cpu", "mem", "policyType", "policyThreshold", "envParams", "customLogs"],
    containerPort={"type": "integer", "minimum": 1, "maximum": 65535},
    minNum={"type": "integer", "minimum": 0},
    maxNum={"type": "integer", "minimum": 1},
    cpu={"enum": [0.25, 0.5, 1, 2, 4, 8, 16]},
    mem={"type": "number"},
    policyType={"enum": ["cpu", "mem"]},
    policyThreshold={"type": "integer", "minimum": 1, "maximum": 100},
    envParams={"type": "object", "additionalProperties": {"type": "string"}},
    customLogs=TEXT,
    initialDelaySeconds={"type": "integer", "minimum": 0},
    dataBaseName=TEXT,
    executeSQLs=TEXTS,
)


def trigger(kind: str, required: list[str], **configuration: Any) -> dict[str, Any]:
    """The schema of a trigger in an s.yaml."""
    return _trigger(kind, record(required, **configuration))


def notice(kind: str, required: list[str], **configuration: Any) -> dict[str, Any]:
    """The schema of a trigger with which another service, named by its ARN, calls the function in a role."""
    return _trigger(kind, record(required, **configuration), sourceArn=ARN, invocationRole=ARN)


def _trigger(kind: str, configuration: dict[str, Any], **caller: Any) -> dict[str, Any]:
    return record(
        ["triggerName", "triggerType", *caller, "triggerConfig"],
        triggerName=TEXT,
        triggerType={"const": kind},
        triggerConfig=configuration,
        **caller,
    )


def stream(kind: str, parameters: str, **fields: Any) -> dict[str, Any]:
    """The schema of a trigger through an event stream of EventBridge, whose source has all of these fields."""
    source = record([parameters], **{parameters: record(list(fields), **fields)})
    retries = record(
        ["PushRetryStrategy"],
        PushRetryStrategy={"enum": ["BACKOFF_RETRY", "EXPONENTIAL_DECAY_RETRY"]},
        MaximumEventAgeInSeconds={"type": "integer", "minimum": 0},
        MaximumRetryAttempts={"type": "integer", "minimum": 0},
    )
    window = record(
        ["CountBasedWindow", "TimeBasedWindow"],
        CountBasedWindow={"type": "integer", "minimum": 1, "maximum": 10000},
        TimeBasedWindow={"type": "integer", "minimum": 0, "maximum": 15},
    )
    mode = {"const": "event-streaming"}
    return trigger(
        "eventbridge",
        ["triggerEnable", "eventSinkConfig", "runOptions", "eventSourceConfig"],
        triggerEnable={"type": "boolean"},
        asyncInvocationType={"type": "boolean"},
        eventRuleFilterPattern=TEXT,
        eventSinkConfig=record(
            ["deliveryOption"],
            deliveryOption=record(["mode"], mode=mode, eventSchema={"enum": ["CloudEvents", "RawData"]}),
        ),
        runOptions=record(
            ["mode"],
            mode=mode,
            maximumTasks={"type": "integer", "minimum": 1},
            errorsTolerance={"enum": ["NONE", "ALL"]},
            retryStrategy=retries,
            deadLetterQueue=record(["Arn"], Arn=TEXT),
            batchWindow=window,
        ),
        eventSourceConfig=record(
            ["eventSourceType", "eventSourceParameters"], eventSourceType={"const": kind}, eventSourceParameters=source
        ),
    )


WHOLE = {"type": "integer", "minimum": 0}
FC3_TRIGGERS = [
    trigger(
        "http",
        ["authType", "methods"],
        authType={"enum": ["anonymous", "function"]},
        methods={"type": "array", "items": {"enum": ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]}},
    ),
    stream(
        "Kafka",
        "sourceKafkaParameters",
        RegionId=TEXT,
        InstanceId=TEXT,
        Topic=TEXT,
        ConsumerGroup=TEXT,
        OffsetReset={"enum": ["earliest", "latest"]},
        Network={"enum": ["Default", "PublicNetwork"]},
    ),
    stream(
        "RabbitMQ",
        "sourceRabbitMQParameters",
        RegionId=TEXT,
        InstanceId=TEXT,
        VirtualHostName=TEXT,
        QueueName=TEXT,
    ),
    notice(
        "oss",
        ["events", "filter"],
        events={"type": "array", "minItems": 1, "items": {"type": "string", "pattern": r"^oss:Object\w+:(\*|\w+)$"}},
        filter=record(["key"], key=record(["prefix", "suffix"], prefix={"type": "string"}, suffix={"type": "string"})),
    ),
    notice(
        "log",
        ["enable", "sourceConfig", "logConfig", "jobConfig"],
        enable={"type": "boolean"},
        sourceConfig=record(["logstore"], logstore=TEXT),
        logConfig=record(["project", "logstore"], project=TEXT, logstore=TEXT),
        jobConfig=record([], maxRetryTime={**WHOLE, "maximum": 100}, triggerInterval={**WHOLE, "maximum": 600}),
        functionParameter={"type": "object"},
    ),
]

DESTINATION = record(["destination"], destination=ARN)
HOOK = record(["handler", "timeout"], handler=TEXT, timeout={"type": "integer", "minimum": 1, "maximum": 300})

# https://docs.serverless-devs.com/user-guide/aliyun/fc3/spec and the component's own schema
# (github.com/devsapp/fc3, src/schema.json), as far as a built-in runtime goes; the component does not look into the
# configuration of a trigger, which is that of the API (github.com/alibabacloud-go/fc-20230330).
FC3 = record(
    ["edition", "name", "resources"],
    edition={"const": "3.0.0"},
    name=TEXT,
    access=TEXT,
    resources={
        "type": "object",
        "minProperties": 1,
        "additionalProperties": record(
            ["component", "props"],
            component={"const": "fc3"},
            props=record(
                ["region", "functionName", "runtime", "handler", "code"],
                region={"type": "string", "pattern": r"^[a-z]+-[a-z]+(-[a-z0-9]+)*$"},
                functionName=TEXT,
                runtime={"enum": ["python3.10", "python3.12"]},
                handler=TEXT,
                code=TEXT,
                memorySize={"type": "integer", "minimum": 128, "maximum": 32768, "multipleOf": 64},
                cpu={"type": "number", "minimum": 0.05, "maximum": 16},
                diskSize={"enum": [512, 10240]},
                timeout={"type": "integer", "minimum": 1, "maximum": 86400},
                internetAccess={"type": "boolean"},
                environmentVariables={"type": "object", "additionalProperties": {"type": "string"}},
                instanceLifecycleConfig=record([], initializer=HOOK, preStop=HOOK),
                role=TEXT,
                vpcConfig=record(
                    ["vpcId", "vSwitchIds", "securityGroupId"], vpcId=TEXT, vSwitchIds=TEXTS, securityGroupId=TEXT
                ),
                asyncInvokeConfig=record(
                    [],
                    maxAsyncRetryAttempts={**WHOLE, "maximum": 8},
                    maxAsyncEventAgeInSeconds={**WHOLE, "minimum": 1, "maximum": 2592000},
                    destinationConfig=record([], onSuccess=DESTINATION, onFailure=DESTINATION),
                ),
                triggers={"type": "array", "items": {"oneOf": FC3_TRIGGERS}},
            ),
        ),
    },
)
