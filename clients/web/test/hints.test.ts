import assert from "node:assert/strict";
import { test } from "node:test";
import { hint, seen } from "../src/hints.ts";

const NOW = new Date(2026, 11, 3, 14);

const YES: Record<string, string[]> = {
  NL_BSN: ["999958379", "BSN 9999.58.379", "999 958 379", "9999-58-379,", "(111222333)"],
  PHONE_NUMBER: ["06-12345678", "06 12 34 56 78", "+31 6 12345678", "0031612345678", "020 - 123 45 67", "+31 (0)6 12345678", "0544\u2013123456"],
  EMAIL_ADDRESS: ["mail j.jansen@voorbeeld.nl.", "SASKIA@SUB.VOORBEELD.COM"],
  IBAN_CODE: ["NL91 ABNA 0417 1643 00", "nl91abna0417164300", "DE89370400440532013000", "BE68 5390 0754 7034"],
  NL_POSTCODE: ["7131 ZG", "in 7131ZG,"],
  DATE_TIME: ["14-03-1988", "12/5/24", "1.2.2026", "2-12-26", "7/8/71"],
};

const NO = [
  "",
  "Persoon A wacht al 13 weken; in 2025 waren het er 9.",
  "123456789",
  "000000000",
  "9999583791",
  "postcode A, telefoonnummer B",
  "stap 1-2-3 en 4.5 mg, 2 x 250 mg",
  "NL92 ABNA 0417 1643 00",
  "1940 SS en 2026 SA",
  "score 12/21",
  "A@B",
  "dosis 0.5-1.5-2",
  "voor 3-12-2026 of uiterlijk 12/5/27",
];

for (const [label, texts] of Object.entries(YES)) {
  test(`a hint for ${label}`, () => {
    for (const text of texts) assert.deepEqual(seen(text, NOW), [label], text);
  });
}

test("no hint for ordinary words and numbers", () => {
  for (const text of NO) assert.deepEqual(seen(text, NOW), [], text);
});

test("a hint names each kind once, in one sentence", () => {
  assert.equal(hint("Persoon A slaapt slecht."), "");
  assert.match(hint("06-12345678 of 06-87654321"), /staan: een telefoonnummer\. Haal/u);
  assert.match(hint("06-12345678, 7131 ZG, j@voorbeeld.nl"), /een telefoonnummer, een e-mailadres en een postcode\./u);
});

test("texts that are made to make a pattern search for long are done with", () => {
  for (const piece of ["1 ", "0", "06-", "a.", "a@", "NL91 ", "1-1-", "+31 ", "\ud83d"]) {
    assert.ok(seen(piece.repeat(100_000 / piece.length), NOW).length < 2, piece);
  }
});
