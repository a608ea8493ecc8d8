// What a browser can see by itself while someone types: identifiers with check digits or a fixed format.
// Nothing is sent for this. It is a hint: the guard at the service decides.

const KINDS = {
  NL_BSN: "een burgerservicenummer",
  PHONE_NUMBER: "een telefoonnummer",
  EMAIL_ADDRESS: "een e-mailadres",
  IBAN_CODE: "een rekeningnummer",
  NL_POSTCODE: "een postcode",
  DATE_TIME: "een datum",
} as const;

export type Kind = keyof typeof KINDS;

const SPACE = "[ .\\u00a0\\u2010-\\u2015-]";
const DIGITS_9 = new RegExp(`(?<![\\w+])\\d(?:${SPACE}?\\d){8}(?!${SPACE}?\\d)(?!\\w)`, "gu");
const PHONE = new RegExp(`(?<![\\w+])(?:\\+31|0031|0)(?:\\(0\\))?(?:[ ./()\\u00a0\\u2010-\\u2015-]{0,3}\\d){9}(?!\\d)`, "gu");
const IBAN = new RegExp(`(?<!\\w)[A-Za-z]{2}\\d{2}(?:${SPACE}?[A-Za-z0-9]){11,30}(?!\\w)`, "gu");
const EMAIL = /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}/u;
const POSTCODE = /(?<!\w)[1-9]\d{3}[ \u00a0]?(?!SA|SD|SS)[A-Z]{2}(?!\w)/u;
const DATE = /(?<![\w-])(0?[1-9]|[12]\d|3[01])[-/.](0?[1-9]|1[0-2])[-/.]((?:19|20)?\d\d)(?![\w-])/gu;

/** Returns the labels of what a text seems to hold, each once, in a fixed order. Time is linear in its length. */
export function seen(text: string, now = new Date()): Kind[] {
  const labels: Kind[] = [];
  // The digits of an account number are no telephone number.
  const rest = text.replace(IBAN, " ");
  if (some(rest, DIGITS_9, (found) => elevenTest(digits(found)))) labels.push("NL_BSN");
  if (some(rest, PHONE, phone)) labels.push("PHONE_NUMBER");
  if (EMAIL.test(text)) labels.push("EMAIL_ADDRESS");
  if (some(text, IBAN, iban)) labels.push("IBAN_CODE");
  if (POSTCODE.test(text)) labels.push("NL_POSTCODE");
  if (some(text, DATE, (found) => past(found, now))) labels.push("DATE_TIME");
  return labels;
}

/** Returns the hint for a text, or nothing where nothing was seen. */
export function hint(text: string): string {
  const names: string[] = seen(text).map((label) => KINDS[label]);
  const last = names.pop();
  if (!last) return "";
  const list = names.length > 0 ? `${names.join(", ")} en ${last}` : last;
  return `Hier lijkt herkenbaars te staan: ${list}. Haal het weg, of beschrijf het zonder de gegevens zelf.`;
}

function some(text: string, pattern: RegExp, holds: (found: string) => boolean): boolean {
  for (const match of text.matchAll(pattern)) if (holds(match[0])) return true;
  return false;
}

function digits(text: string): string {
  return text.replace(/\D/gu, "");
}

/** The eleven-test of a citizen service number: weights 9 to 2, and -1 for the last digit. */
function elevenTest(nine: string): boolean {
  const sum = [...nine].reduce((total, digit, place) => total + Number(digit) * (place === 8 ? -1 : 9 - place), 0);
  return nine !== "000000000" && sum % 11 === 0;
}

/** A day before today: the table may name the days that are still to come. */
function past(found: string, now: Date): boolean {
  const [day = 0, month = 0, written = 0] = found.split(/[-/.]/u).map(Number);
  const century = written > 99 ? 0 : written > (now.getFullYear() % 100) + 20 ? 1900 : 2000;
  return new Date(written + century, month - 1, day) < new Date(now.getFullYear(), now.getMonth(), now.getDate());
}

/** Ten digits from 0, or nine after the country: what Dutch numbers have. */
function phone(found: string): boolean {
  const national = digits(found).replace(/^(?:0031|31(?=\d{9}$)|310(?=\d{9}$))/u, "0");
  return /^0[1-9]\d{8}$/u.test(national);
}

/** ISO 13616: moved and written in numbers, the remainder by 97 is 1. */
function iban(found: string): boolean {
  const plain = found.replace(/[^A-Za-z0-9]/gu, "").toUpperCase();
  let rest = 0;
  for (const sign of plain.slice(4) + plain.slice(0, 4)) {
    const value = parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
