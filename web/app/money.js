/** Money: decimal strings in the API, whole cents here, never a fraction in binary. */

import { locale } from "./i18n.js";

/**
 * Cents of a decimal string with two places.
 * @param {string} amount such as "249.00"
 */
export function cents(amount) {
  return Number(amount.replace(".", ""));
}

/**
 * As the reader writes money.
 * @param {number} amountInCents
 * @param {string} [currency]
 */
export function formatCents(amountInCents, currency = "USD") {
  return new Intl.NumberFormat(locale(), { style: "currency", currency }).format(amountInCents / 100);
}

/**
 * @param {string} amount decimal, as the API has it
 * @param {string} [currency]
 */
export function formatMoney(amount, currency) {
  return formatCents(cents(amount), currency);
}
