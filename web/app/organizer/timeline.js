/** When orders came, counted by day; by week or month where days would be too many to be seen side by side. */

/** @import { ManagedOrder } from "../contract.js" */
/** @typedef {"day" | "week" | "month"} Unit */
/** @typedef {{ start: Date, end: Date, count: number }} Period `end` is the start of the next one */
/** @typedef {{ unit: Unit, periods: Period[] }} Timeline */

const MOST_PERIODS = 31;

/**
 * The period at the reader's place that begins so many periods after the one of a moment. Weeks begin on Mondays.
 * @type {Record<Unit, (moment: Date, later: number) => Date>}
 */
const CALENDAR = {
  day: (moment, later) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + later),
  week: (moment, later) =>
    new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() - ((moment.getDay() + 6) % 7) + 7 * later),
  month: (moment, later) => new Date(moment.getFullYear(), moment.getMonth() + later, 1),
};

/**
 * From the first order to the last, with the periods in which nobody ordered; null where there are no orders.
 * @param {ManagedOrder[]} orders
 * @returns {Timeline | null}
 */
export function timelineOf(orders) {
  const moments = orders.map(({ placedAt }) => Date.parse(placedAt));
  if (moments.length === 0) return null;
  const byDay = timeline("day", moments);
  const byWeek = byDay.periods.length > MOST_PERIODS ? timeline("week", moments) : byDay;
  return byWeek.periods.length > MOST_PERIODS ? timeline("month", moments) : byWeek;
}

/**
 * @param {Unit} unit
 * @param {number[]} moments
 * @returns {Timeline}
 */
function timeline(unit, moments) {
  const startOf = CALENDAR[unit];
  /** @type {Map<number, number>} */
  const counts = new Map();
  for (const moment of moments) {
    const start = startOf(new Date(moment), 0).getTime();
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  const starts = [...counts.keys()];
  const last = starts.reduce((one, other) => Math.max(one, other));
  const periods = [];
  let start = new Date(starts.reduce((one, other) => Math.min(one, other)));
  while (start.getTime() <= last) {
    const end = startOf(start, 1);
    periods.push({ start, end, count: counts.get(start.getTime()) ?? 0 });
    start = end;
  }
  return { unit, periods };
}
