"""A plugin in Python, FOR TESTS ONLY: core/wire/README.md with Debian's packages. build.sh makes it a program."""
import datetime, json, os, re, signal, sys, threading
from concurrent import futures
import grpc, plugin_pb2 as pb  # protoc writes it
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

# The product: for each field its kind, or those of its parts, and a function that reads it below a root.
PRODUCT = {
    "license_information": {
        "serial_number": ("serial", lambda root: found(r"\A([A-Z0-9][A-Z0-9-]{3,31})\Z", state(root)["serial"])),
        "seats": ("count", lambda root: count(state(root)["seats"])),
    },
    "system": {
        "version": ("version", lambda root: found(r'^VERSION_ID="?([\d.]{1,15})"?$', text(root, "/etc/os-release"))),
        "host": ("hostname", lambda root: found(r"\A\s*([A-Za-z0-9.-]{1,253})\s*\Z", text(root, "/etc/hostname"))),
    },
    "counts": {
        "users": ("count", lambda root: {key: count(state(root)["users"][key]) for key in ("local", "enterprise")}),
        "rooms": ({"name": "device", "enabled": "flag"}, lambda root: [room(r) for r in state(root)["rooms"][:16]]),
    },
}

REASONS = {FileNotFoundError: "source_not_found", PermissionError: "not_permitted"}
def found(pattern, within):
    return re.search(pattern, within, re.MULTILINE | re.ASCII)[1]  # a TypeError if there is no match
def count(value):
    return value if type(value) is int and value >= 0 else None  # true would be an int; None cannot be encoded
def room(r):
    enabled = r["enabled"] if type(r["enabled"]) is bool else None
    return {"name": found(r"\A([^\x00-\x1f\x7f]{1,200})\Z", r["name"]), "enabled": enabled}
def state(root):
    return json.loads(text(root, "/opt/example/state.json"))
def text(root, path):  # at most 1 MiB, and without waiting for a pipe in place of the file
    with open(os.open(root + path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        return file.read(1 << 20).decode()

def category(name, root):  # the values that could be read, and for the others a reason, in none of the error's words
    answer = pb.Category(name=name)
    for field, (_, read) in PRODUCT[name].items():
        try:
            value = encoded(read(root))
            answer.record.fields[field].CopyFrom(value)
        except Exception as e:
            other = "source_failed" if isinstance(e, OSError) else "malformed_answer"
            answer.missing.add(field=field, reason=REASONS.get(type(e), other))
    return answer if len(answer.missing) < len(PRODUCT[name]) else unavailable(name, answer.missing[0].reason)
def unavailable(name, reason):
    print(json.dumps({"@level": "warn", "@message": "not available", "category": name}), file=sys.stderr, flush=True)
    return pb.Category(name=name, not_available=pb.NotAvailable(reason=reason))

# The services: messages, and the calls of the host.
def encoded(value):
    if isinstance(value, dict):
        return pb.Value(record=pb.Record(fields={name: encoded(part) for name, part in value.items()}))
    if isinstance(value, list):
        return pb.Value(list=pb.List(values=[encoded(part) for part in value]))
    return pb.Value(**{{bool: "flag", int: "number", str: "text"}[type(value)]: value})
def described(fields):
    return [pb.FieldDescription(name=name, kind=kind) if isinstance(kind, str) else
            pb.FieldDescription(name=name, fields=described(kind)) for name, kind in fields.items()]
source, busy = pb.DescribeRequest(), threading.Lock()
def describe(request, _context):
    source.CopyFrom(request)
    return pb.DescribeResponse(product="python", plugin_version="1.0.0", profile_version=1, categories=[
        pb.CategoryDescription(name=name, fields=described({field: kind for field, (kind, _) in fields.items()}))
        for name, fields in PRODUCT.items()])
def collect(_request, context):
    if not source.root:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "call Describe before Collect")
    if not busy.acquire(blocking=False):
        context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "another collect is running")
    readers = futures.ThreadPoolExecutor(len(PRODUCT))  # one that hangs ends with the process
    try:
        for name, reader in [(name, readers.submit(category, name, source.root.rstrip("/"))) for name in PRODUCT]:
            done, _ = futures.wait([reader], source.collector_milliseconds / 1000 or 10)
            yield pb.CollectResponse(category=reader.result() if done else unavailable(name, "timed_out"))
        yield pb.CollectResponse(end=pb.End(categories=len(PRODUCT)))
    finally:
        busy.release()
def stop(*_):
    os.kill(os.getpid(), signal.SIGTERM)
    return b""  # an empty message

CALLS = {
    "/usagedata.plugin.v1.Plugin/Describe": grpc.unary_unary_rpc_method_handler(
        describe, pb.DescribeRequest.FromString, pb.DescribeResponse.SerializeToString),
    "/usagedata.plugin.v1.Plugin/Collect": grpc.unary_stream_rpc_method_handler(
        collect, pb.CollectRequest.FromString, pb.CollectResponse.SerializeToString),
    "/grpc.health.v1.Health/Check": grpc.unary_unary_rpc_method_handler(lambda *_: b"\x08\x01"),  # status 1: serving
    "/plugin.GRPCController/Shutdown": grpc.unary_unary_rpc_method_handler(stop),
}
class Services(grpc.GenericRpcHandler):
    def service(self, call):
        return CALLS.get(call.method)

# The process: a certificate for this one start, the server, the handshake, and the end.
os.environ.get("USAGEDATA_PLUGIN") == "started-by-usagedata" or sys.exit("this is a plugin: usagedata starts it")
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # in every thread: sigwait gets it
if os.environ.get("USAGEDATA_LIFELINE") == "stdin":
    threading.Thread(target=lambda: stop(sys.stdin.buffer.read()), daemon=True).start()
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
certificate = (x509.CertificateBuilder(name, name, key.public_key(), 1)
               .not_valid_before(datetime.datetime(2000, 1, 1)).not_valid_after(datetime.datetime(9999, 12, 31))
               .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
               .sign(key, SHA256()).public_bytes(Encoding.PEM))
private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
path = os.environ["PLUGIN_UNIX_SOCKET_DIR"] + "/plugin"
server = grpc.server(futures.ThreadPoolExecutor(8), [Services()])
server.add_secure_port("unix:" + path, grpc.ssl_server_credentials(
    [(private, certificate)], os.environ["PLUGIN_CLIENT_CERT"].encode(), require_client_auth=True))
server.start()
print("1|1|unix", path, "grpc", "".join(certificate.decode().splitlines()[1:-1]).rstrip("="), sep="|", flush=True)
signal.sigwait({signal.SIGTERM})
server.stop(0.5).wait(1)
os._exit(0)  # without waiting for a reader that hangs
