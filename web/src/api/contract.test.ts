import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { generate } from "../../scripts/schema.mjs";
import { addressOf } from "./client";

const text = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

describe("the contract", () => {
  test("the types are those that api/openapi.json gives: else `npm run api`", () => {
    const { schema, routes } = generate(JSON.parse(text("../../../api/openapi.json")));
    expect(text("./schema.ts") === schema).toBe(true);
    expect(text("./routes.ts") === routes).toBe(true);
  });

  test("a schema that it does not know is an error, not a guess", () => {
    const openapi = { components: { schemas: { Odd: { type: "tuple" } } }, paths: {} };
    expect(() => generate(openapi)).toThrow("no TypeScript type");
  });

  test("parts of an address are escaped, and what is left out is not there", () => {
    expect(addressOf("/v1/instruments/{symbol}/quote", { symbol: "A/B" }, {})).toBe(
      "/v1/instruments/A%2FB/quote",
    );
    const query = { limit: 5, cursor: undefined } as unknown as Record<string, number>;
    expect(addressOf("/v1/accounts", {}, query)).toBe("/v1/accounts?limit=5");
  });
});
