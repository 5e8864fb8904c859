// @vitest-environment happy-dom
import { describe, expect, test, vi } from "vitest";
import { done, press, rendered } from "../../test/rendered";
import { Input } from "./field";
import { Menu } from "./menu";
import { Table } from "./table";
import { Tabs } from "./tabs";

const find = (box: Element, selector: string) => box.querySelector(selector) as HTMLElement;

function table(rows: readonly string[]) {
  return (
    <Table
      label="Rows"
      columns={[{ name: "name", head: "Name", cell: (row: string) => row }]}
      rows={rows}
      keyOf={(row) => row}
      empty={<p>Nothing</p>}
    />
  );
}

describe("the UI kit", () => {
  test("arrow keys go from tab to tab, and around", async () => {
    const change = vi.fn<(name: string) => void>();
    const items = ["one", "two", "three"].map((name) => ({ name, title: name }));
    const { box } = await rendered(
      <Tabs label="Tabs" items={items} active="one" onChange={change}>
        panel
      </Tabs>,
    );
    const list = find(box, "[role=tablist]");
    press(list, "ArrowRight");
    press(list, "ArrowLeft");
    expect(change.mock.calls).toEqual([["two"], ["three"]]);
    expect(find(box, "[role=tabpanel]").getAttribute("aria-labelledby")).toBe(
      find(box, "[aria-selected=true]").id,
    );
  });

  test("a field names what is wrong with it", async () => {
    const { box } = await rendered(<Input label="Price" error="Not a price" readOnly value="x" />);
    const field = find(box, "input");
    const described = field.getAttribute("aria-describedby") ?? "";
    expect(document.getElementById(described)?.textContent).toBe("Not a price");
    expect(box.querySelector("label")?.htmlFor).toBe(field.id);
  });

  test("a table without rows is what stands in its place", async () => {
    const { box, again } = await rendered(table([]));
    expect(box.textContent).toBe("Nothing");
    await again(table(["a", "b"]));
    const cells = [...box.querySelectorAll("td")].map((cell) => [
      cell.textContent,
      cell.dataset["label"],
    ]);
    expect(cells).toEqual([
      ["a", "Name"],
      ["b", "Name"],
    ]);
  });

  test("a menu closes by Escape, which then means nothing else", async () => {
    const { box } = await rendered(
      <Menu button="Open" label="Menu">
        {() => "inside"}
      </Menu>,
    );
    await done(() => find(box, "button").click());
    expect(box.textContent).toContain("inside");
    let event: KeyboardEvent | undefined;
    await done(() => {
      event = press(box, "Escape");
    });
    expect(box.textContent).not.toContain("inside");
    expect(event?.defaultPrevented).toBe(true);
  });
});
