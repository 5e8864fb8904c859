// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { Unanswered } from "../api/client";
import { done, rendered } from "../test/rendered";
import { type Page, useLoaded, usePaged } from "./loaded";

interface Answer<T> {
  readonly answer: (value: T) => void;
  readonly fail: (error: Error) => void;
}

/** A question that is answered when the test says so. */
function asked<T>() {
  const answers: Answer<T>[] = [];
  const load = vi.fn<() => Promise<T>>(
    () => new Promise((answer, fail) => answers.push({ answer, fail })),
  );
  return { load, last: () => answers.at(-1) as Answer<T> };
}

function Shown(props: { load: () => Promise<string>; of: string; changes?: number }) {
  const { value, failure } = useLoaded(props.load, [props.of], { changes: props.changes });
  return <p>{`${value ?? "nothing"} ${failure === null ? "fine" : "failed"}`}</p>;
}

test("with other keys what was there goes, with other changes it stays until the new one", async () => {
  const { load, last } = asked<string>();
  const { box, again } = await rendered(<Shown load={load} of="a" changes={1} />);
  expect(box.textContent).toBe("nothing fine");
  await done(() => last().answer("first"));
  await again(<Shown load={load} of="a" changes={2} />);
  expect(box.textContent).toBe("first fine");
  await done(() => last().answer("second"));
  expect(box.textContent).toBe("second fine");
  await again(<Shown load={load} of="b" changes={2} />);
  expect(box.textContent).toBe("nothing fine");
});

test("a late answer to an old question is not shown", async () => {
  const { load, last } = asked<string>();
  const { box, again } = await rendered(<Shown load={load} of="a" />);
  const old = last();
  await again(<Shown load={load} of="b" />);
  await done(() => last().answer("of b"));
  await done(() => old.answer("of a"));
  expect(box.textContent).toBe("of b fine");
});

test("a failure keeps what was there and says that it failed", async () => {
  const { load, last } = asked<string>();
  const { box, again } = await rendered(<Shown load={load} of="a" changes={1} />);
  await done(() => last().answer("first"));
  await again(<Shown load={load} of="a" changes={2} />);
  await done(() => last().fail(new Error("no answer")));
  expect(box.textContent).toBe("first failed");
});

test("what was not answered is asked for again, what was refused is not", async () => {
  vi.useFakeTimers();
  const { load, last } = asked<string>();
  const { box } = await rendered(<Shown load={load} of="a" />);
  await done(() => last().fail(new Unanswered("nobody")));
  await done(() => void vi.advanceTimersByTime(4_000));
  expect(load).toHaveBeenCalledTimes(2);
  await done(() => last().fail(new Error("no")));
  await done(() => void vi.advanceTimersByTime(60_000));
  expect(load).toHaveBeenCalledTimes(2);
  expect(box.textContent).toBe("nothing failed");
  vi.useRealTimers();
});

function Listed({ load, changes }: { load: () => Promise<Page<string>>; changes: number }) {
  const { value, more } = usePaged(load, ["a"], { changes });
  return (
    <button type="button" onClick={() => more?.()}>
      {`${value?.join("") ?? "nothing"}${more === null ? "." : "…"}`}
    </button>
  );
}

test("pages are joined, and once there are two they are left as they are", async () => {
  const { load, last } = asked<Page<string>>();
  const { box, again } = await rendered(<Listed load={load} changes={1} />);
  await done(() => last().answer({ rows: ["a", "b"], next: "2" }));
  expect(box.textContent).toBe("ab…");
  await done(() => box.querySelector("button")?.click());
  await done(() => box.querySelector("button")?.click());
  await done(() => last().answer({ rows: ["c"], next: null }));
  expect(box.textContent).toBe("abc.");
  await again(<Listed load={load} changes={2} />);
  expect(load).toHaveBeenCalledTimes(2);
});

type Summed = Page<string> & { readonly sum: string };

function Sum({ load, of }: { load: () => Promise<Summed>; of: string }) {
  return <p>{usePaged(load, [of]).first?.sum ?? "nothing"}</p>;
}

test("what comes beside the rows of a page is of its keys, however late another one comes", async () => {
  const { load, last } = asked<Summed>();
  const { box, again } = await rendered(<Sum load={load} of="a" />);
  const old = last();
  await again(<Sum load={load} of="b" />);
  await done(() => last().answer({ rows: [], next: null, sum: "of b" }));
  await done(() => old.answer({ rows: [], next: null, sum: "of a" }));
  expect(box.textContent).toBe("of b");
  await again(<Sum load={load} of="c" />);
  expect(box.textContent).toBe("nothing");
});

function Behind({ load, changes }: { load: () => Promise<string>; changes: number }) {
  const { value } = useLoaded(load, ["a"], { changes, isBehind: true });
  return <p>{value ?? "nothing"}</p>;
}

test("history is asked once more a moment after a change", async () => {
  vi.useFakeTimers();
  const { load, last } = asked<string>();
  const { again } = await rendered(<Behind load={load} changes={1} />);
  await done(() => last().answer("first"));
  await again(<Behind load={load} changes={2} />);
  expect(load).toHaveBeenCalledTimes(2);
  await done(() => last().answer("second"));
  await done(() => void vi.advanceTimersByTime(10_000));
  expect(load).toHaveBeenCalledTimes(3);
  vi.useRealTimers();
});

function Polled({ load }: { load: () => Promise<string> }) {
  const { value } = useLoaded(load, ["a"], { everyMs: 1_000 });
  return <p>{value ?? "nothing"}</p>;
}

test("an answer that is slower than the questions is shown, and one question follows it", async () => {
  vi.useFakeTimers();
  const { load, last } = asked<string>();
  const { box } = await rendered(<Polled load={load} />);
  await done(() => void vi.advanceTimersByTime(5_500));
  expect(load).toHaveBeenCalledTimes(1);
  await done(() => last().answer("late"));
  expect(box.textContent).toBe("late");
  expect(load).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
});
