"""Log lines as the host reads them: hclog's JSON, one a line, on standard error. FOR TESTS ONLY."""
import datetime
import json
import sys


def log(level, message, **pairs):
    """Counts and names of ours only. The host scrubs each line, but what is not written need not be found."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    line = {"@level": level, "@message": message, "@timestamp": now, **pairs}
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()
