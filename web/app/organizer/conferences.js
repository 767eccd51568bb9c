/** What an organizer does with her conference, over the API. */

import { call } from "../api.js";
import { registrantPath } from "../orders.js";
import { callAsOrganizer, callSignedIn } from "./calls.js";
import { keepSession } from "./session.js";

/** @import { ConferenceDetails, ManagedConference, ManagedOrder, ManagedSeatType } from "../contract.js" */
/** @typedef {ConferenceDetails & { slug: string, ownerName: string, ownerEmail: string }} NewConference */
/** @typedef {{ name: string, description: string, quantity: number, price: string }} SeatTypeEdit */

const ORDERS_PER_PAGE = 500;

/**
 * Signs in as well. The answer is the only one that has the access code.
 * @param {NewConference} conference
 * @returns {Promise<ManagedConference & { accessCode: string, token: string }>}
 */
export async function createConference(conference) {
  const created = await call("POST", "/api/management/conferences", { body: conference });
  keepSession({ code: created.code, token: created.token, expiresAt: null });
  return created;
}

/**
 * @param {string} code
 * @param {AbortSignal} [signal]
 * @returns {Promise<ManagedConference>}
 */
export function readManaged(code, signal) {
  return callAsOrganizer(code, "GET", "", { signal });
}

/**
 * @param {string} code
 * @param {ConferenceDetails} details
 * @returns {Promise<ManagedConference>}
 */
export function updateConference(code, details) {
  return callAsOrganizer(code, "PUT", "", { body: details });
}

/**
 * Publishing twice is publishing once, and so is unpublishing.
 * @param {string} code
 * @param {boolean} isPublished
 * @returns {Promise<ManagedConference>}
 */
export function setPublished(code, isPublished) {
  return callAsOrganizer(code, "POST", isPublished ? "/publish" : "/unpublish", { repeatable: true });
}

/**
 * @param {string} code
 * @param {SeatTypeEdit} seatType
 * @returns {Promise<ManagedSeatType>}
 */
export function createSeatType(code, seatType) {
  return callAsOrganizer(code, "POST", "/seat-types", { body: seatType });
}

/**
 * @param {string} code
 * @param {string} id
 * @param {SeatTypeEdit} seatType
 * @returns {Promise<ManagedSeatType>}
 */
export function updateSeatType(code, id, seatType) {
  return callAsOrganizer(code, "PUT", `/seat-types/${id}`, { body: seatType });
}

/**
 * Only before the conference was ever published.
 * @param {string} code
 * @param {string} id
 */
export function deleteSeatType(code, id) {
  return callAsOrganizer(code, "DELETE", `/seat-types/${id}`);
}

/**
 * Have it forgotten for good who registered and who attends. Twice is once. Throws ApiError, `order-open` among them.
 * @param {string} code
 * @param {string} orderId
 */
export function forgetRegistrant(code, orderId) {
  return callSignedIn(code, "DELETE", registrantPath(orderId));
}

/**
 * All orders, newest first.
 * @param {string} code
 * @param {{ signal?: AbortSignal, onProgress?: (count: number) => void }} [how]
 */
export async function readAllOrders(code, { signal, onProgress = () => {} } = {}) {
  /** @type {Map<string, ManagedOrder>} */
  const orders = new Map(); // an order that comes in between two pages must not show twice
  let continuation = "";
  do {
    const query = new URLSearchParams({ limit: String(ORDERS_PER_PAGE), ...(continuation && { continuation }) });
    const page = await callAsOrganizer(code, "GET", `/orders?${query}`, { signal });
    for (const order of page.orders) orders.set(order.orderId, order);
    continuation = page.continuation ?? "";
    onProgress(orders.size);
  } while (continuation);
  return [...orders.values()];
}
