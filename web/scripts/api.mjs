// Writes src/api/{schema,routes}.ts anew from the contract.
import { readFileSync, writeFileSync } from "node:fs";
import { generate } from "./schema.mjs";

const at = (path) => new URL(path, import.meta.url);
const { schema, routes } = generate(JSON.parse(readFileSync(at("../../api/openapi.json"), "utf8")));
writeFileSync(at("../src/api/schema.ts"), schema);
writeFileSync(at("../src/api/routes.ts"), routes);
