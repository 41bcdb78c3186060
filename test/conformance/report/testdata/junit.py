"""Counts what a build server would count in the junit.xml on standard input, by Python's own parser, and prints it as JSON."""
import json
import sys
import xml.etree.ElementTree as tree

root = tree.parse(sys.stdin.buffer).getroot()
assert root.tag == "testsuites", root.tag
cases = root.findall("testsuite/testcase")
kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
counted = {"tests": len(cases), **{name: len(root.findall("testsuite/testcase/" + kind)) for name, kind in kinds.items()}}
for of in [root, *root.findall("testsuite")]:
    below = of.findall(".//testcase")
    output = {"tests": len(below), **{name: len(of.findall(".//" + kind)) for name, kind in kinds.items()}}
    for name, n in output.items():
        assert of.get(name) == str(n), (of.get("name"), name, of.get(name), n)
for case in cases:
    assert case.get("name") and case.get("classname") and float(case.get("time")) >= 0, case.attrib
    assert sum(len(case.findall(kind)) for kind in kinds.values()) <= 1, case.attrib
counted["texts"] = {case.get("name"): (f.get("message"), f.text) for case in cases for f in case.findall("failure")}
counted["skips"] = {case.get("name"): s.get("message") for case in cases for s in case.findall("skipped")}
counted["outs"] = {case.get("name"): o.text for case in cases for o in case.findall("system-out")}
json.dump(counted, sys.stdout)
