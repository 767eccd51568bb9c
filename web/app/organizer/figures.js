/** How a conference sells, computed from what the API gives: its seat types, what is left, and its orders. */

import { cents } from "../money.js";

/** @import { ManagedConference, ManagedOrder } from "../contract.js" */
/**
 * @typedef {object} SeatFigures
 * @property {string} name
 * @property {number} quantity
 * @property {number} sold
 * @property {number | null} held in orders that are under way; null where it cannot be known
 * @property {number | null} left
 */
/** @typedef {Record<ManagedOrder["status"], number>} OrderFigures */
/**
 * @typedef {object} Figures
 * @property {SeatFigures[]} seats
 * @property {OrderFigures} orders
 * @property {number} revenue cents of paid orders
 * @property {number} refundsDue
 */

/**
 * @param {ManagedConference} conference
 * @param {ManagedOrder[]} orders
 * @returns {Figures}
 */
export function figuresOf(conference, orders) {
  const paid = orders.filter((order) => order.status === "paid");
  return {
    seats: seatFigures(conference, soldByName(paid)),
    orders: {
      paid: paid.length,
      pending: orders.filter((order) => order.status === "pending").length,
      expired: orders.filter((order) => order.status === "expired").length,
    },
    revenue: paid.reduce((sum, order) => sum + cents(order.totalAmount), 0),
    refundsDue: orders.filter((order) => order.refundDue).length,
  };
}

/**
 * @param {ManagedConference} conference
 * @param {Map<string, number>} sold
 * @returns {SeatFigures[]}
 */
function seatFigures(conference, sold) {
  const known = conference.seatTypes.map(({ name, quantity, availableQuantity: left = null }) => {
    const soldHere = sold.get(name) ?? 0;
    const held = left === null ? null : Math.max(0, quantity - left - soldHere);
    return { name, quantity, sold: soldHere, held, left };
  });
  // Seats keep the name they were sold under; a seat type that was renamed since has those in a line of their own.
  const names = new Set(conference.seatTypes.map(({ name }) => name));
  const renamed = [...sold].filter(([name]) => !names.has(name));
  return [
    ...known,
    ...renamed.map(([name, count]) => ({ name, quantity: count, sold: count, held: null, left: null })),
  ];
}

/** @param {ManagedOrder[]} paid */
function soldByName(paid) {
  /** @type {Map<string, number>} */
  const sold = new Map();
  for (const { attendees } of paid) {
    for (const { seatName } of attendees) sold.set(seatName, (sold.get(seatName) ?? 0) + 1);
  }
  return sold;
}
