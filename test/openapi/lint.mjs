// Prints what redocly and spectral, each with its recommended rules, find in the description that is named: one line
// "LINTER SEVERITY RULE PLACE" for each.
import { readFileSync } from "node:fs";
import { createConfig, lint } from "@redocly/openapi-core";
import spectralCore from "@stoplight/spectral-core";
import rulesets from "@stoplight/spectral-rulesets";

const file = process.argv[2];
const config = await createConfig({ extends: ["recommended"] });
for (const found of await lint({ ref: file, config })) {
  console.log("redocly", found.severity, found.ruleId, found.location[0].pointer);
}

const spectral = new spectralCore.Spectral();
spectral.setRuleset({ extends: [[rulesets.oas, "recommended"]] });
const severities = ["error", "warn", "info", "hint"];
for (const found of await spectral.run(JSON.parse(readFileSync(file, "utf8")))) {
  console.log("spectral", severities[found.severity], found.code, found.path.join("/"));
}
