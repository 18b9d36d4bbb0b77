import { expect, test } from "vitest";

import { Refusal } from "./refusal";
import { checkedBody, checkQuery } from "./validation";

const LIST = "/api/v1/environments";
const REVISION = "/api/v1/environments/{name}/revisions/{number}";

function fieldsRefused(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error instanceof Refusal ? error.params.fields : error;
  }
  return [];
}

function query(template: string, text: string): unknown {
  return fieldsRefused(() => {
    checkQuery(template, "get", new URLSearchParams(text));
  });
}

test("parameters are held to their types, however they are written in an address", () => {
  expect(query(LIST, "limit=50&state=failed&state=ready&label=team=a&unknown=1")).toEqual([]);
  expect(query(LIST, "limit=0")).toEqual(["limit"]);
  expect(query(LIST, "limit=many&state=fine")).toEqual(["state", "limit"]);
  expect(query(REVISION, "demands=true")).toEqual([]);
  expect(query(REVISION, "demands=perhaps")).toEqual(["demands"]);
});

test("a body gets its defaults; what is unknown, missing or too long in it is refused", () => {
  expect(checkedBody(LIST, "post", { name: "web" })).toMatchObject({ labels: {}, platforms: [] });
  const refused = (body: unknown) => fieldsRefused(() => checkedBody(LIST, "post", body));
  expect(refused({ names: "web" })).toEqual(["name", "names"]);
  expect(refused({ name: "web", title: "t".repeat(121) })).toEqual(["title"]);
  expect(refused({ name: "web", platforms: ["amiga"] })).toEqual(["platforms.0"]);
  expect(refused(undefined)).not.toEqual([]);
});
