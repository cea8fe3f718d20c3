import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { openZip, readZipEntry, type ZipBytes, zipBuffer, zipEntries } from "../../src/image/blob/zip.ts";
import { makeFolder } from "./open.ts";
import { makeZip, type ZipPlan } from "./zip.ts";

const folder = await makeFolder();
const files = { "a.txt": "first ".repeat(1000), "dir/ü.txt": "second", empty: "" };

function contents(bytes: ZipBytes): Record<string, string | undefined> {
  const entries = [...(zipEntries(bytes) ?? [])];
  return Object.fromEntries(
    entries.map((entry) => [entry.name, readZipEntry(bytes, entry, 1_000_000)?.toString()]),
  );
}

it.each<[string, ZipPlan]>([
  ["deflated", {}],
  ["stored", { stored: true }],
  ["with zip64 fields", { zip64: true }],
  ["behind a start script", { before: Buffer.from("#!/bin/sh\nexec java -jar $0\n") }],
])("reads an archive from memory and from a file: %s", async (name, plan) => {
  const zip = makeZip(files, plan);
  const file = path.join(folder, `${name}.zip`);
  await writeFile(file, zip);
  const opened = openZip(file);
  expect(contents(zipBuffer(zip))).toEqual(files);
  expect(contents(opened)).toEqual(files);
  opened.close();
});

it("reads a directory larger than one block", () => {
  const many = Object.fromEntries(
    Array.from({ length: 30_000 }, (_, index) => [`folder-${index}/${"x".repeat(60)}`, "1"]),
  );
  expect([...(zipEntries(zipBuffer(makeZip(many, { zip64: true, stored: true }))) ?? [])]).toHaveLength(
    30_000,
  );
});

it("damaged archives give what is left, and members stay below the bound", () => {
  const zip = makeZip(files);
  expect(zipEntries(zipBuffer(Buffer.from("no archive at all")))).toBeUndefined();
  const cut = zipBuffer(zip.subarray(40));
  expect(() => [...(zipEntries(cut) ?? [])].map((entry) => readZipEntry(cut, entry, 100_000))).not.toThrow();
  const bytes = zipBuffer(zip);
  const [first] = [...(zipEntries(bytes) ?? [])];
  expect(() => first && readZipEntry(bytes, first, 100)).toThrow(RangeError);
});
