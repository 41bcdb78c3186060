"""A plugin in Python, FOR TESTS ONLY: it implements core/wire/README.md in another language than the host's.

This file is the process: handshake, server, exit. service.py answers the host's calls, collect.py reads the values.
It uses Debian's packages python3-grpcio, python3-protobuf, python3-cryptography.
"""
import base64
import datetime
import os
import signal
import sys
import threading
from concurrent import futures

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import service
from log import log

SPOKEN = {1}  # versions of the plugin protocol
PEM = serialization.Encoding.PEM


def started_by_a_host():
    return os.environ.get("USAGEDATA_PLUGIN") == "started-by-usagedata"


def version():
    """Returns the newest common version; without one, our own, which the host then refuses with a message."""
    offered = {int(v) for v in os.environ.get("PLUGIN_PROTOCOL_VERSIONS", "").split(",") if v.isdecimal()}
    return max(offered & SPOKEN or SPOKEN)


def certificate():
    """Returns a key pair for this process only, and its certificate for localhost, the name that the host expects."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.utcnow()
    made = (
        x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()), made


def credentials(key, shown):
    """Mutual TLS: accepts only the host that started us, whose certificate is in the environment."""
    return grpc.ssl_server_credentials(
        [(key, shown.public_bytes(PEM))], root_certificates=os.environ["PLUGIN_CLIENT_CERT"].encode(), require_client_auth=True
    )


def leave(path):
    """Exits at once, without waiting for a reader that hangs."""
    if os.path.exists(path):
        os.unlink(path)
    os._exit(0)


def lifeline(path):
    """Exits when standard input ends: the host holds the other end and never writes to it, so it ends with the host."""
    while os.read(0, 1024):
        pass
    leave(path)


def terminated(end):
    """Waits for SIGTERM. A handler would run in the main thread, which may be about to sleep and not wake up for it."""
    signal.sigwait({signal.SIGTERM})
    end()


def main():
    if not started_by_a_host():
        sys.exit("this program is a plugin: the usage data host starts it")
    path = os.path.join(os.environ["PLUGIN_UNIX_SOCKET_DIR"], "plugin")
    asked_to_end = threading.Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # before any other thread exists, because threads inherit it
    threading.Thread(target=terminated, args=(asked_to_end.set,), daemon=True).start()
    if os.environ.get("USAGEDATA_LIFELINE") == "stdin":
        threading.Thread(target=lifeline, args=(path,), daemon=True).start()

    key, shown = certificate()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    service.register(server, asked_to_end.set)
    if not server.add_secure_port("unix:" + path, credentials(key, shown)):
        sys.exit("could not listen in the folder that the host gave")
    server.start()

    # The first and only line on standard output: go-plugin's version, the protocol's, and where to connect.
    der = base64.b64encode(shown.public_bytes(serialization.Encoding.DER)).decode().rstrip("=")
    print(1, version(), "unix", path, "grpc", der, sep="|", flush=True)
    log("debug", "serving", protocol=version())

    asked_to_end.wait()
    server.stop(grace=0.5).wait(timeout=1)
    leave(path)


main()
