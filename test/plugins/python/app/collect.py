"""Reads the files of the invented product and of the system, below the root that the host gives. FOR TESTS ONLY.

A value that is missing or cannot be parsed is left out with a reason; a zero is never invented. A value that stays in clear is checked
here already: the host would drop a malformed one without knowing the reason.
"""
import datetime
import json
import os
import re
import stat

NOT_FOUND, NOT_PERMITTED, MALFORMED = "source_not_found", "not_permitted", "malformed_answer"
TIMED_OUT, CRASHED, SOURCE_FAILED = "timed_out", "collector_crashed", "source_failed"

# The fields of profile.yaml with their kinds; a record has fields of its own. A test compares the two.
FIELDS = {
    "license_information": {"serial_number": "serial", "seats": "count"},
    "system": {"distribution": "enum", "version": "version", "host": "hostname", "started": "time", "memory": "measure"},
    "counts": {"users": "count", "longest_call": "duration", "rooms": {"name": "device", "enabled": "flag"}},
}
DISTRIBUTIONS = ("debian", "ubuntu", "rhel", "centos", "rocky", "sles")
STATE = "opt/example/state.json"
MOST = 1 << 20  # bytes of a file
LARGEST = (1 << 63) - 1


class NotAvailable(Exception):
    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def category(name, root):
    """Returns the values of a category, and the reasons of the fields that it lacks."""
    record, missing = {}, {}
    for field, read in READERS[name].items():
        try:
            record[field] = read(root)
        except NotAvailable as e:
            missing[field] = e.reason
    return record, missing


def text(root, path):
    """Returns the text of a file, up to a limit. It does not wait for a pipe or a device in place of a file."""
    try:
        fd = os.open(os.path.join(root, path), os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(fd, "rb") as file:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise NotAvailable(MALFORMED)
            return file.read(MOST).decode()
    except FileNotFoundError:
        raise NotAvailable(NOT_FOUND) from None
    except PermissionError:
        raise NotAvailable(NOT_PERMITTED) from None
    except OSError:
        raise NotAvailable(SOURCE_FAILED) from None
    except UnicodeDecodeError:
        raise NotAvailable(MALFORMED) from None


def found(pattern, within):
    """Returns the first group of the pattern on its own line."""
    match = re.search(pattern, within, re.MULTILINE | re.ASCII)
    if not match:
        raise NotAvailable(MALFORMED)
    return match.group(1)


def os_release(root):
    return text(root, "etc/os-release")


def distribution(root):
    word = found(r'^ID="?([a-z0-9._-]+)"?$', os_release(root))
    return word if word in DISTRIBUTIONS else "other"


def version(root):
    return found(r'^VERSION_ID="?(\d{1,4}(?:\.\d{1,4})*)"?$', os_release(root))


def host(root):
    return found(r"\A\s*([A-Za-z0-9._-]{1,253})\s*\Z", text(root, "etc/hostname"))


def started(root):
    seconds = int(found(r"^btime (\d{1,11})$", text(root, "proc/stat")))
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def memory(root):
    return int(found(r"^MemTotal: +(\d{1,15}) kB$", text(root, "proc/meminfo"))) * 1024


def state(root, *names, of):
    """Returns a value of the product's file if it has that type: true and false are not numbers."""
    try:
        value = json.loads(text(root, STATE))
        for name in names:
            value = value[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NotAvailable(MALFORMED) from None
    if type(value) is not of:
        raise NotAvailable(MALFORMED)
    return value


def number(value):
    if type(value) is not int or not 0 <= value <= LARGEST:
        raise NotAvailable(MALFORMED)
    return value


def serial(root):
    return found(r"\A([A-Z0-9][A-Z0-9-]{3,31})\Z", state(root, "serial", of=str))


def users(root):
    """Returns counts by the keys of the profile. Other keys are counted as `other`."""
    counted = {}
    for key, value in state(root, "users", of=dict).items():
        key = key if key in ("local", "enterprise") else "other"
        counted[key] = number(counted.get(key, 0) + number(value))
    if not counted:
        raise NotAvailable(MALFORMED)
    return counted


def rooms(root):
    return [room(r) for r in state(root, "rooms", of=list)[:16]]


def room(r):
    if type(r) is not dict or type(r.get("name")) is not str or type(r.get("enabled")) is not bool:
        raise NotAvailable(MALFORMED)
    if not r["name"] or not r["name"].isprintable() or len(r["name"]) > 200:
        raise NotAvailable(MALFORMED)
    return {"name": r["name"], "enabled": r["enabled"]}


READERS = {
    "license_information": {"serial_number": serial, "seats": lambda root: number(state(root, "seats", of=int))},
    "system": {"distribution": distribution, "version": version, "host": host, "started": started, "memory": memory},
    "counts": {
        "users": users,
        "longest_call": lambda root: number(state(root, "longest_call_seconds", of=int)),
        "rooms": rooms,
    },
}
