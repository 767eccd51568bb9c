/** What a registrant does with an order, over the API. */

import { call } from "./api.js";
import { ApiError } from "./api-error.js";
import { conferencePath } from "./catalogue.js";

/** @import { Assignments, Order, PaymentStarted, Person, SeatQuantity } from "./contract.js" */
/** @typedef {{ orderId: string }} Accepted the command waits in its queue; the order says later what came of it */

const ANSWER_SECONDS = 15;
const FORGOTTEN_SECONDS = 5;

/**
 * Idempotent by `orderId`. Throws ApiError `seats-unavailable`, and `order-exists` for an id that has other seats.
 * @param {string} code
 * @param {string} orderId
 * @param {SeatQuantity[]} seats
 * @returns {Promise<Order | Accepted>}
 */
export function placeOrder(code, orderId, seats) {
  return call("POST", `${conferencePath(code)}/orders`, { body: { orderId, seats }, repeatable: true });
}

/**
 * @param {string} orderId
 * @param {SeatQuantity[]} seats
 * @returns {Promise<Order | Accepted>}
 */
export function changeSeats(orderId, seats) {
  return call("PUT", `${orderPath(orderId)}/items`, { body: { seats } });
}

/**
 * @param {string} orderId
 * @param {object} [how]
 * @param {"reserved" | "settled"} [how.until]
 * @param {number} [how.afterVersion]
 * @param {number} [how.wait] seconds
 * @param {AbortSignal} [how.signal]
 * @returns {Promise<Order>}
 */
export function readOrder(orderId, { until, afterVersion = 0, wait = 0, signal } = {}) {
  const query = new URLSearchParams({
    ...(until && { until }),
    afterVersion: String(afterVersion),
    wait: String(wait),
  });
  return call("GET", `${orderPath(orderId)}?${query}`, { signal, timeout: wait + ANSWER_SECONDS });
}

/**
 * @param {string} orderId
 * @param {Person} registrant
 * @returns {Promise<Order | Accepted>}
 */
export function assignRegistrant(orderId, registrant) {
  return call("PUT", registrantPath(orderId), { body: registrant });
}

/**
 * Have it forgotten for good who registered and who attends; doing it twice does it once. Gives the order as it is then.
 * Throws ApiError: 401 for a wrong access code, `order-open`, 429.
 * @param {Order} order
 * @param {string} accessCode
 * @returns {Promise<Order>}
 */
export async function forgetRegistrant(order, accessCode) {
  const { orderId, version } = order;
  await call("DELETE", registrantPath(orderId), { headers: { "X-Order-Access-Code": accessCode } });
  // What is read follows in a moment; that it is done is certain without it.
  const latest = await readOrder(orderId, { afterVersion: version, wait: FORGOTTEN_SECONDS }).catch(() => order);
  return { ...latest, registrant: null, registrantForgotten: true };
}

/**
 * Where to pay, or that there is nothing to pay. Doing it twice starts one payment.
 * @param {string} orderId
 * @returns {Promise<PaymentStarted | Accepted>}
 */
export function startPayment(orderId) {
  return call("POST", `${orderPath(orderId)}/payment`, { repeatable: true });
}

/**
 * @param {string} email
 * @param {string} accessCode
 * @returns {Promise<Accepted>}
 */
export function locateOrder(email, accessCode) {
  return call("POST", "/api/orders/locate", { body: { email, accessCode } });
}

/**
 * @param {string} orderId
 * @param {{ wait?: number, signal?: AbortSignal }} [how] `wait` in seconds
 * @returns {Promise<Assignments>}
 */
export function readAssignments(orderId, { wait = 0, signal } = {}) {
  return call("GET", `${orderPath(orderId)}/assignments?wait=${wait}`, { signal, timeout: wait + ANSWER_SECONDS });
}

/**
 * @param {string} orderId
 * @param {number} position
 * @param {Person | null} attendee null leaves the seat to nobody
 * @returns {Promise<Assignments | Accepted>}
 */
export function assignSeat(orderId, position, attendee) {
  const path = `${orderPath(orderId)}/assignments/${position}`;
  return attendee ? call("PUT", path, { body: attendee }) : call("DELETE", path);
}

/**
 * The order itself, if the answer was one.
 * @param {Order | Accepted} answer
 * @returns {Order | null}
 */
export function asOrder(answer) {
  return "state" in answer ? answer : null;
}

/**
 * Whether it is known how the order ended.
 * @param {Order} order
 */
export function isSettled({ state }) {
  return state === "confirmed" || state === "rejected";
}

/**
 * Whether the order cannot be changed any more.
 * @param {unknown} error
 * @returns {error is ApiError}
 */
export function isOver(error) {
  return error instanceof ApiError && (error.is("order-expired", "order-settled") || error.status === 404);
}

/** @param {string} orderId */
export function registrantPath(orderId) {
  return `${orderPath(orderId)}/registrant`;
}

/** @param {string} orderId */
function orderPath(orderId) {
  return `/api/orders/${encodeURIComponent(orderId)}`;
}
