// @vitest-environment happy-dom
import { useState } from "react";
import { expect, test } from "vitest";
import { loadDictionary } from "../core/i18n/translate";
import { parseDecimal, retyped } from "../core/parse";
import { done, rendered } from "../test/rendered";
import { LanguageProvider, useFormats, useRetyping } from "./i18n";
import { settings } from "./settings";

/** Shows what was typed and what it is worth. */
function Draft() {
  const { point } = useFormats();
  const [text, setText] = useState("1.234");
  useRetyping(() => setText(retyped));
  return <p>{`${text} is ${parseDecimal(text, point, 8)}`}</p>;
}

test("a number in a field keeps its value in another language", async () => {
  settings.change({ locale: "en" });
  const { box } = await rendered(
    <LanguageProvider>
      <Draft />
    </LanguageProvider>,
  );
  expect(box.textContent).toBe("1.234 is 1.23400000");
  await done(() => settings.change({ locale: "pt-BR" }));
  await done(() => loadDictionary("pt-BR"));
  expect(box.textContent).toBe("1,234 is 1.23400000");
});
