/** Dates and times as the reader writes them. Days of a conference are days at its place, so they have no time zone. */

import { locale } from "./i18n.js";

/**
 * "June 14 – 16, 2027".
 * @param {string} start such as "2027-06-14"
 * @param {string} end
 */
export function formatDays(start, end) {
  const format = new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeZone: "UTC" });
  return format.formatRange(day(start), day(end));
}

/**
 * The hour and minute at the reader's place.
 * @param {string} moment RFC 3339
 */
export function formatTime(moment) {
  return new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(new Date(moment));
}

/**
 * The day and the time at the reader's place.
 * @param {string} moment RFC 3339
 */
export function formatMoment(moment) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));
}

/**
 * A day, week or month at the reader's place: "Nov 23, 2026", "Nov 23 – 29, 2026", "November 2026".
 * @param {Date} start
 * @param {Date} end the start of the next one
 * @param {"day" | "week" | "month"} unit
 */
export function formatPeriod(start, end, unit) {
  if (unit === "month") return new Intl.DateTimeFormat(locale(), { month: "long", year: "numeric" }).format(start);
  const format = new Intl.DateTimeFormat(locale(), { dateStyle: "medium" });
  return format.formatRange(start, new Date(end.getFullYear(), end.getMonth(), end.getDate() - 1));
}

/**
 * A span of time as "14:05".
 * @param {number} seconds
 */
export function formatSpan(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

/** @param {string} date */
function day(date) {
  return new Date(`${date}T00:00:00Z`);
}
