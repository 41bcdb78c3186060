"""Log lines as the host reads them: hclog's JSON, one a line, on standard error. FOR TESTS ONLY."""
import datetime
import json
import sys


def log(level, message, **pairs):
    """Writes a line with counts and our own names only. The host scrubs each line, but a value that is not written cannot leak."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    line = {"@level": level, "@message": message, "@timestamp": now, **pairs}
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()
