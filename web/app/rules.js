/** What may be typed where: a rule gives the words for what is wrong, or null. The API has the last word. */

import { t } from "./i18n.js";

/** @typedef {(value: string) => string | null} Rule */

/** @type {Rule} */
export const filled = (value) => (value ? null : t("rule.filled"));

/** @type {Rule} */
export const email = (value) => (/^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*$/.test(value) ? null : t("rule.email"));

/** @type {Rule} */
export const accessCode = (value) => (/^[A-Z2-9]{6}$/i.test(value) ? null : t("rule.accessCode"));

/** @type {Rule} */
export const slug = (value) => (/^[A-Za-z0-9_-]{1,64}$/.test(value) ? null : t("rule.slug"));

/**
 * @param {number} least
 * @returns {Rule}
 */
export const atLeast = (least) => (value) => (value.length >= least ? null : t("rule.atLeast", { least }));

/**
 * @param {number} low
 * @param {number} high
 * @returns {Rule}
 */
export const wholeNumber = (low, high) => (value) =>
  /^\d{1,9}$/.test(value) && Number(value) >= low && Number(value) <= high
    ? null
    : t("rule.wholeNumber", { low, high });

/**
 * A price such as 199 or 199.5 or 199,50, up to 50,000.
 * @type {Rule}
 */
export const price = (value) => (asPrice(value) === null ? t("rule.price") : null);

/**
 * The decimal string that the API takes, or null.
 * @param {string} value
 */
export function asPrice(value) {
  const [, whole, fraction = ""] = /^(\d{1,5})(?:[.,](\d{1,2}))?$/.exec(value) ?? [];
  if (whole === undefined) return null;
  const amount = `${Number(whole)}.${fraction.padEnd(2, "0")}`;
  return Number(amount) <= 50_000 ? amount : null;
}
