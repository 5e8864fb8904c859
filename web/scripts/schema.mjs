// Turns api/openapi.json into TypeScript: types of all schemas, and a table of all routes.
// It knows what that file uses and stops at anything else, so that no type is ever a guess.

const COLUMNS_MAX = 100;
const HEADER = "// Generated from api/openapi.json by `npm run api`. Do not edit.\n";

/** @returns {{ schema: string, routes: string }} the text of src/api/schema.ts and routes.ts */
export function generate(openapi) {
  const schemas = Object.entries(openapi.components.schemas).toSorted(byName);
  const types = schemas.map(([name, schema]) => wrap(`export type ${name} = ${typeOf(schema)};`));
  const routes = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => routeOf(path, method, operation)),
  );
  const named = new Set(routes.flatMap((route) => route.match(/S\.\w+/g) ?? []));
  return {
    schema: HEADER + "\n" + types.join("\n") + "\n",
    routes:
      HEADER +
      (named.size > 0 ? '\nimport type * as S from "./schema";\n' : "") +
      "\nexport type Routes = {\n" +
      routes.map((route) => wrap(route, "  ")).join("\n") +
      "\n};\n",
  };
}

function byName([one], [other]) {
  return one < other ? -1 : 1;
}

function routeOf(path, method, operation) {
  const parameters = operation.parameters ?? [];
  const of = (place) => parameters.filter((parameter) => parameter.in === place);
  const members = (place) =>
    of(place).map(
      ({ name, required, schema }) => `${keyOf(name)}${required ? "" : "?"}: ${plain(schema)}`,
    );
  const fields = [];
  if (of("path").length > 0) fields.push(`path: { ${members("path").join("; ")} }`);
  if (of("query").length > 0) fields.push(`query: { ${members("query").join("; ")} }`);
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  if (body !== undefined) fields.push(`body: ${typeOf(body, "S.")}`);
  const answers = Object.entries(operation.responses)
    .filter(([status]) => status.startsWith("2"))
    .map(([, response]) => response.content?.["application/json"]?.schema)
    .filter((schema) => schema !== undefined)
    .map((schema) => typeOf(schema, "S."));
  fields.push(`answer: ${[...new Set(answers)].join(" | ") || "never"}`);
  return `"${method.toUpperCase()} ${path}": { ${fields.join("; ")} };`;
}

/** A parameter's type: what stands in a path or query is text or a number. */
function plain(schema) {
  if (schema.enum !== undefined) return literals(schema.enum);
  if (schema.$ref !== undefined) return typeOf(schema, "S.");
  const types = [schema.type ?? "string"].flat().filter((type) => type !== "null");
  return types.map((type) => (type === "integer" ? "number" : type)).join(" | ");
}

function typeOf(schema, prefix = "") {
  if (schema.$ref !== undefined) return prefix + schema.$ref.split("/").at(-1);
  for (const [member, sign] of [
    ["allOf", " & "],
    ["oneOf", " | "],
    ["anyOf", " | "],
  ]) {
    const parts = schema[member];
    if (parts !== undefined)
      return joined(
        parts.map((part) => typeOf(part, prefix)),
        sign,
      );
  }
  if (schema.enum !== undefined) return literals(schema.enum);
  if (schema.const !== undefined) return literals([schema.const]);
  if (schema.type === undefined && Object.keys(schema).every((key) => key === "description")) {
    return "unknown";
  }
  return joined(
    [schema.type].flat().map((type) => basic(type, schema, prefix)),
    " | ",
  );
}

function joined(parts, sign) {
  const unique = [...new Set(parts)];
  if (unique.length === 1) return unique[0];
  const grouped = unique.map((part) =>
    sign === " & " && part.includes(" | ") ? `(${part})` : part,
  );
  return grouped.join(sign);
}

function basic(type, schema, prefix) {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `ReadonlyArray<${typeOf(schema.items, prefix)}>`;
    case "object":
      return objectOf(schema, prefix);
    default:
      throw new Error(`no TypeScript type for ${JSON.stringify(schema).slice(0, 200)}`);
  }
}

function objectOf(schema, prefix) {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, property]) =>
      `readonly ${keyOf(name)}${required.has(name) ? "" : "?"}: ${typeOf(property, prefix)}`,
  );
  return members.length === 0 ? "Readonly<Record<string, unknown>>" : `{ ${members.join("; ")} }`;
}

function literals(values) {
  return values.map((value) => JSON.stringify(value)).join(" | ");
}

function keyOf(name) {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}

/** Breaks a long line at blanks, but not behind `readonly`, a colon or a method. */
function wrap(text, indent = "") {
  const lines = [];
  let line = indent;
  for (const word of text.split(/(?<!readonly|:|"[A-Z]+) /)) {
    const glue = line.trim() === "" ? "" : " ";
    if (line.length + glue.length + word.length > COLUMNS_MAX && line.trim() !== "") {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else {
      line += glue + word;
    }
  }
  return [...lines, line].join("\n");
}
