/** Texts in the language of the reader, from catalogues that are loaded as they are needed. */

/** @import common from "./messages/en/common.js" */
/** @import catalogue from "./messages/en/catalogue.js" */
/** @import orders from "./messages/en/orders.js" */
/** @import organizer from "./messages/en/organizer.js" */
/** @typedef {keyof typeof common | keyof typeof catalogue | keyof typeof orders | keyof typeof organizer} MessageKey */
/** @typedef {string | { one: string, other: string }} Message */
/** @typedef {"common" | "catalogue" | "orders" | "organizer"} Area */
/** @typedef {"en" | "de"} Language */

/** @type {Map<MessageKey, Message>} */
const messages = new Map();
/** @type {Set<Area>} */
const loaded = new Set();

/** @returns {Language} */
export function language() {
  return document.documentElement.lang === "de" ? "de" : "en";
}

/** The reader's own region of our language ("en-GB"), for numbers, money and dates. */
export function locale() {
  return (
    navigator.languages.find((tag) => tag.toLowerCase().startsWith(language())) ??
    { en: "en-US", de: "de-DE" }[language()]
  );
}

/**
 * Make the messages of an area known to `t`.
 * @param {Area} area
 */
export async function loadMessages(area) {
  if (loaded.has(area)) return;
  const asked = language();
  const catalogue = await import(`./messages/${asked}/${area}.js`);
  if (asked !== language()) return loadMessages(area);
  for (const [key, message] of Object.entries(catalogue.default))
    messages.set(/** @type {MessageKey} */ (key), message);
  loaded.add(area);
}

/**
 * Go on in this language, and remember it in this browser.
 * @param {Language} wished
 */
export async function setLanguage(wished) {
  const areas = [...loaded];
  loaded.clear();
  document.documentElement.lang = wished;
  try {
    localStorage.setItem("language", wished);
  } catch {
    // storage is blocked: it holds as long as the page lives
  }
  await Promise.all(areas.map(loadMessages));
}

/**
 * The text of a message. `{name}` in it is replaced by `values.name`; `values.count` chooses the plural.
 * @param {MessageKey} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const message = messages.get(key);
  if (message === undefined) throw new Error(`no message ${key} is loaded`);
  return chosen(message, values).replaceAll(/\{(\w+)\}/g, (_, name) => shown(values[name] ?? ""));
}

/**
 * @param {Message} message
 * @param {Record<string, string | number>} values
 */
function chosen(message, values) {
  if (typeof message === "string") return message;
  return new Intl.PluralRules(locale()).select(Number(values.count)) === "one" ? message.one : message.other;
}

/** @param {string | number} value */
function shown(value) {
  return typeof value === "number" ? formatNumber(value) : value;
}

/**
 * As the reader writes numbers.
 * @param {number} value
 */
export function formatNumber(value) {
  return new Intl.NumberFormat(locale()).format(value);
}
