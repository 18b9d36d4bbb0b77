import { expect, test } from "vitest";

import { askedIn } from "./asked";

test("where it goes is read by node and by label", () => {
  expect(askedIn(["placement.nodes: + web-02", "placement.select.gpu: – → yes"])).toEqual([
    { field: "placement.nodes", kind: "add", text: "web-02" },
    { field: "placement.select.gpu", kind: "same", text: "– → yes" },
  ]);
});

test("what comes and goes is told from what changes", () => {
  expect(
    askedIn(["requirements: + httpx>=0.28", "requirements: - flask", "title: – → a: b → c"]),
  ).toEqual([
    { field: "requirements", kind: "add", text: "httpx>=0.28" },
    { field: "requirements", kind: "remove", text: "flask" },
    { field: "title", kind: "same", text: "– → a: b → c" },
  ]);
});

test("labels keep their keys, and what has no field is shown as it is", () => {
  expect(askedIn(["labels.team/x: – → data", "… +3"])).toEqual([
    { field: "labels.team/x", kind: "same", text: "– → data" },
    { field: null, kind: "same", text: "… +3" },
  ]);
});

test("a Python is told once", () => {
  const lines = ["python: ==3.12.* → ==3.13.*", "wish: – → ==3.13.*"];
  expect(askedIn(lines).map(({ field }) => field)).toEqual(["python"]);
  expect(askedIn(lines.slice(1)).map(({ field }) => field)).toEqual(["wish"]);
});
