"""The services that a host calls: the plugin's own, health and shutdown. FOR TESTS ONLY.

The services are registered by name, with message classes made by protoc, so that grpc_tools is not needed.
"""
import threading
from concurrent import futures

import grpc
import plugin_pb2 as pb
from google.protobuf import empty_pb2

import collect
from log import log

VERSION = "1.0.0"


class Plugin:
    """Describe comes first and once, then Collect once."""

    def __init__(self):
        self.root = None
        self.limit = 0  # seconds for one category
        self.busy = threading.Lock()

    def describe(self, request, context):
        if not request.root.startswith("/"):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the root must be an absolute path")
        self.root = request.root
        self.limit = request.collector_milliseconds / 1000 or 10
        answer = pb.DescribeResponse(product="python", plugin_version=VERSION, profile_version=1)
        for name, fields in collect.FIELDS.items():
            answer.categories.add(name=name, fields=described(fields))
        return answer

    def collect(self, request, context):
        if self.root is None:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "call Describe before Collect")
        if not self.busy.acquire(blocking=False):
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "another collect is running")
        try:
            for name in collect.FIELDS:
                if not context.is_active():  # the host canceled, or its deadline has passed
                    return
                yield pb.CollectResponse(category=self.category(name))
            yield pb.CollectResponse(end=pb.End(categories=len(collect.FIELDS)))
        finally:
            self.busy.release()

    def category(self, name):
        """Reads one category. If it is late, only this category is missing; its thread ends with the process."""
        read = futures.Future()
        threading.Thread(target=resolve, args=(read, name, self.root), daemon=True).start()
        try:
            record, missing = read.result(self.limit)
        except futures.TimeoutError:
            return unavailable(name, collect.TIMED_OUT)
        if not record and missing:  # nothing could be read: the first reason is given for all
            return unavailable(name, next(iter(missing.values())))
        parts = [pb.Missing(field=field, reason=reason) for field, reason in missing.items()]
        return pb.Category(name=name, record=encoded_record(record), missing=parts)


def resolve(future, name, root):
    try:
        future.set_result(collect.category(name, root))
    except Exception as e:  # a bug of ours loses the category; the message may hold a value
        log("error", "collector crashed", category=name, error=type(e).__name__)
        future.set_result(({}, {name: collect.CRASHED}))


def unavailable(name, reason):
    log("warn", "category not available", category=name, reason=reason)
    return pb.Category(name=name, not_available=pb.NotAvailable(reason=reason))


def described(fields):
    return [
        pb.FieldDescription(name=name, fields=described(kind)) if isinstance(kind, dict) else pb.FieldDescription(name=name, kind=kind)
        for name, kind in fields.items()
    ]


def encoded(value):
    """Tests for bool before int, because a bool is an int in Python."""
    if isinstance(value, bool):
        return pb.Value(flag=value)
    if isinstance(value, int):
        return pb.Value(number=value)
    if isinstance(value, float):
        return pb.Value(real=value)
    if isinstance(value, str):
        return pb.Value(text=value)
    if isinstance(value, dict):
        return pb.Value(record=encoded_record(value))
    return pb.Value(list=pb.List(values=[encoded(v) for v in value]))


def encoded_record(record):
    return pb.Record(fields={name: encoded(value) for name, value in record.items()})


def health(request, context):
    """grpc.health.v1: field 1 of the question is the service's name, field 1 of the answer its state, of which 1 is serving."""
    if request != b"\x0a\x06plugin":
        context.abort(grpc.StatusCode.NOT_FOUND, "no such service")
    return b"\x08\x01"


def register(server, end):
    def shutdown(_request, _context):
        end()
        return empty_pb2.Empty()

    def unary(call, request, answer):
        return grpc.unary_unary_rpc_method_handler(call, request.FromString, answer.SerializeToString)

    plugin = Plugin()
    stream = grpc.unary_stream_rpc_method_handler(
        plugin.collect, pb.CollectRequest.FromString, pb.CollectResponse.SerializeToString
    )
    describe = unary(plugin.describe, pb.DescribeRequest, pb.DescribeResponse)
    for name, methods in {
        "usagedata.plugin.v1.Plugin": {"Describe": describe, "Collect": stream},
        "plugin.GRPCController": {"Shutdown": unary(shutdown, empty_pb2.Empty, empty_pb2.Empty)},
        "grpc.health.v1.Health": {"Check": grpc.unary_unary_rpc_method_handler(health)},  # bytes in, bytes out
    }.items():
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, methods),))
