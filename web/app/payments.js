/** What the (simulated) payment processor does, over the API. */

import { call } from "./api.js";

/** @import { Payment } from "./contract.js" */

/**
 * @param {string} paymentId
 * @param {AbortSignal} signal
 * @returns {Promise<Payment>}
 */
export function readPayment(paymentId, signal) {
  return call("GET", paymentPath(paymentId), { signal });
}

/**
 * Say that the money was taken. Twice is once.
 * @param {string} paymentId
 * @param {string} signature from the address of the page
 * @returns {Promise<unknown>}
 */
export function completePayment(paymentId, signature) {
  return settle(paymentId, "complete", signature);
}

/**
 * Say that no money was taken. Twice is once.
 * @param {string} paymentId
 * @param {string} signature from the address of the page
 * @returns {Promise<unknown>}
 */
export function cancelPayment(paymentId, signature) {
  return settle(paymentId, "cancel", signature);
}

/**
 * @param {string} paymentId
 * @param {"complete" | "cancel"} how
 * @param {string} signature
 */
function settle(paymentId, how, signature) {
  return call("POST", `${paymentPath(paymentId)}/${how}`, {
    headers: { "X-Payment-Signature": signature },
    repeatable: true,
  });
}

/** @param {string} paymentId */
function paymentPath(paymentId) {
  return `/api/payments/${encodeURIComponent(paymentId)}`;
}
