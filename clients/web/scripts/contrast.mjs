// Measures our colours in the light and in the dark against WCAG 2.2: 4.5 for text, 3 for lines that carry meaning.
import { readFileSync } from "node:fs";

const css = readFileSync(new URL("../styles/tokens.css", import.meta.url), "utf8");
const [light, dark] = css.split("@media (prefers-color-scheme: dark)").map(colours);

function colours(block) {
  return Object.fromEntries([...block.matchAll(/--ck-([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]));
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["paper", "surface", "sunk"];
const pairs = [
  ...["ink", "quiet", "accent", "accent-strong"].flatMap((text) => grounds.map((ground) => [text, ground, 4.5])),
  ...["info", "ok", "warning", "error", "soft"].flatMap((ground) => [["ink", ground, 4.5], ["quiet", ground, 4.5]]),
  ...["gp", "ggz", "social", "error-line", "error-strong"].flatMap((text) => [[text, "surface", 4.5], [text, "paper", 4.5]]),
  ...["gp", "ggz", "social"].map((text) => [text, "sunk", 4.5]),
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-strong", 4.5],
  ["accent-strong", "soft", 4.5],
  ...["focus", "control"].flatMap((line) => grounds.map((ground) => [line, ground, 3])),
  ...["info", "ok", "warning", "error"].map((kind) => [`${kind}-line`, kind, 3]),
];

const wrong = Object.entries({ light, dark }).flatMap(([scheme, found]) =>
  pairs
    .map(([text, ground, least]) => [scheme, text, ground, least, contrast(found[text], found[ground])])
    .filter(([, , , least, measured]) => !(measured >= least)),
);
for (const [scheme, text, ground, least, measured] of wrong) {
  console.error(`${scheme}: ${text} on ${ground} is ${measured.toFixed(2)}, less than ${least}`);
}
process.exit(wrong.length ? 1 : 0);
