// Prints the types that openapi-typescript makes of the description that is named.
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

process.stdout.write(astToString(await openapiTS(pathToFileURL(process.argv[2]))));
