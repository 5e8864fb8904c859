// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import type { StatementAnswer } from "../../api/schema";
import { Account } from "../../core/account/account";
import { done, rendered, type } from "../../test/rendered";
import { Statement } from "./statement";

/** Answers that come when the test says so, by the date from which they were asked. */
const answers: ((of: Partial<StatementAnswer>) => void)[] = [];

const fetched = () =>
  new Promise<Response>((resolve) => {
    answers.push((of) => resolve(Response.json({ lines: [], ...of })));
  });

test("the ends of a statement are those of its dates, however late other ones come", async () => {
  vi.stubGlobal("fetch", fetched);
  const { box } = await rendered(<Statement account={new Account("1")} />);
  await type(box.querySelector("input[type=date]"), "2026-11-01");
  expect(answers).toHaveLength(2);
  const [old, fresh] = answers;
  await done(() => fresh?.({ opening: "20.00", closing: "21.00" }));
  await done(() => old?.({ opening: "10.00", closing: "11.00" }));
  expect(box.querySelector(".statement-ends")?.textContent).toContain("20.00");
  expect(box.querySelector(".statement-ends")?.textContent).toContain("21.00");
  vi.unstubAllGlobals();
});
