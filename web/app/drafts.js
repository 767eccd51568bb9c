/**
 * From a choice of seats to one order. This tab draws the order's id and keeps it, so that a double click, the back
 * button, a reload or a second try after a lost answer are the same order, never a second one.
 */

import { ApiError } from "./api-error.js";
import { serverNow } from "./clock.js";
import { asOrder, changeSeats, isOver, isSettled, placeOrder } from "./orders.js";
import { tab } from "./stored.js";

/** @import { Order, Person, SeatQuantity } from "./contract.js" */
/** @import { Accepted } from "./orders.js" */
/**
 * @typedef {object} Draft
 * @property {string} orderId
 * @property {SeatQuantity[]} seats what was asked for last
 * @property {boolean} answered whether the order is known to exist
 * @property {string | null} expiresAt
 */
/**
 * @typedef {object} Trace what this tab did with an order
 * @property {boolean} [placed]
 * @property {SeatQuantity[]} [awaited] seats that were asked for, while that waits in its queue
 * @property {boolean} [settling] it is paid, or free and confirmed
 * @property {boolean} [paid]
 * @property {string} [refund] the amount to be given back that was shown
 * @property {Person} [registrant] as far as typed
 */

/** @type {Map<string, Order>} */
const fresh = new Map();

/**
 * The order that is under way for a conference, if its seats are still held and it is not paid.
 * @param {string} code
 */
export function draftOf(code) {
  const draft = /** @type {Draft | null} */ (tab.get(draftKey(code)));
  if (!draft) return null;
  const isTimeOver = draft.expiresAt !== null && Date.parse(draft.expiresAt) <= serverNow();
  if (!isTimeOver && !traceOf(draft.orderId).settling) return draft;
  forgetDraft(code);
  return null;
}

/** @param {string} code */
export function forgetDraft(code) {
  tab.remove(draftKey(code));
}

/**
 * Remember an order that is under way as it is shown now, wherever it was begun.
 * @param {Order} order
 */
export function keepDraft(order) {
  const seats = order.lines.map((line) => ({ seatType: line.seatType, quantity: line.requestedQuantity }));
  save(order.conferenceCode, { orderId: order.orderId, seats, answered: true, expiresAt: order.reservationExpiresAt });
  note(order.orderId, { awaited: undefined });
}

/**
 * Ask for seats: with a new order, or by changing the one that is under way. Gives its id; `takeFresh` has its answer,
 * if there is one already. An order that was paid elsewhere stays as it is. Throws ApiError, `seats-unavailable` among
 * them.
 * @param {string} code
 * @param {SeatQuantity[]} seats
 */
export async function askForSeats(code, seats) {
  const draft = draftOf(code) ?? { orderId: crypto.randomUUID(), seats, answered: false, expiresAt: null };
  save(code, draft);
  try {
    return kept(code, seats, draft, await send(code, draft, seats));
  } catch (error) {
    if (!isOver(error) || !draft.answered) throw error;
    if (error.is("order-settled")) {
      note(draft.orderId, { settling: true });
      return draft.orderId;
    }
    forgetDraft(code); // that order is over; this is another one
    return askForSeats(code, seats);
  }
}

/**
 * @param {string} code
 * @param {Draft} draft
 * @param {SeatQuantity[]} seats
 */
async function send(code, draft, seats) {
  if (draft.answered) return changeSeats(draft.orderId, seats);
  try {
    return await placeOrder(code, draft.orderId, seats);
  } catch (error) {
    // An earlier try arrived although its answer was lost, and asked for other seats.
    if (!(error instanceof ApiError) || !error.is("order-exists")) throw error;
    draft.answered = true;
    return changeSeats(draft.orderId, seats);
  }
}

/**
 * @param {string} code
 * @param {SeatQuantity[]} seats
 * @param {Draft} draft
 * @param {Order | Accepted} answer
 */
function kept(code, seats, { orderId, expiresAt }, answer) {
  const order = asOrder(answer);
  if (order) fresh.set(orderId, order);
  save(code, { orderId, seats, answered: true, expiresAt: order ? order.reservationExpiresAt : expiresAt });
  note(orderId, { placed: true, awaited: order ? undefined : seats });
  return orderId;
}

/**
 * Whether the order is still to get the seats that this tab asked for last.
 * @param {Order} order
 */
export function isAwaitingSeats(order) {
  const { awaited } = traceOf(order.orderId);
  if (!awaited || isSettled(order)) return false;
  const quantities = new Map(awaited.map(({ seatType, quantity }) => [seatType, quantity]));
  const isSame = order.lines.every((line) => quantities.get(line.seatType) === line.requestedQuantity);
  return !isSame || order.lines.length !== quantities.size;
}

/**
 * Whether money is to be given back that this tab has not shown yet. What it waited for will not come then.
 * @param {Order} order
 */
export function isRefundNews({ orderId, refundAmount }) {
  return refundAmount !== undefined && refundAmount !== traceOf(orderId).refund;
}

/**
 * The answer that an order got just now, once.
 * @param {string} orderId
 */
export function takeFresh(orderId) {
  const order = fresh.get(orderId) ?? null;
  fresh.delete(orderId);
  return order;
}

/**
 * What this tab did with an order.
 * @param {string} orderId
 * @returns {Trace}
 */
export function traceOf(orderId) {
  return /** @type {Trace | null} */ (tab.get(traceKey(orderId))) ?? {};
}

/**
 * @param {string} orderId
 * @param {Trace} trace added to what is known
 */
export function note(orderId, trace) {
  tab.set(traceKey(orderId), { ...traceOf(orderId), ...trace });
}

/** @param {string} orderId */
export function forgetTrace(orderId) {
  tab.remove(traceKey(orderId));
}

/**
 * @param {string} code
 * @param {Draft} draft
 */
function save(code, draft) {
  tab.set(draftKey(code), draft);
}

/** @param {string} code */
function draftKey(code) {
  return `draft/${code.toLowerCase()}`;
}

/** @param {string} orderId */
function traceKey(orderId) {
  return `order/${orderId}`;
}
