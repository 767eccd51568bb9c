/** The published conferences. */

import { call } from "./api.js";
import { h } from "./dom.js";

/** @import { Conference, ConferenceAlias } from "./contract.js" */

/** @type {Map<string, Conference>} */
const seen = new Map();

/**
 * @param {AbortSignal} signal
 * @returns {Promise<ConferenceAlias[]>}
 */
export function listConferences(signal) {
  return call("GET", "/api/conferences", { signal });
}

/**
 * @param {string} code
 * @param {AbortSignal} [signal]
 * @returns {Promise<Conference>}
 */
export async function readConference(code, signal) {
  const conference = await call("GET", conferencePath(code), { signal });
  seen.set(code.toLowerCase(), conference);
  return conference;
}

/**
 * The conference as it was when last read; good for what does not change by the minute.
 * @param {string} code
 * @param {AbortSignal} [signal]
 */
export async function recallConference(code, signal) {
  return seen.get(code.toLowerCase()) ?? readConference(code, signal);
}

/**
 * The name of a conference, or its code where the name cannot be had; filled in when it is known.
 * @param {string} code
 */
export function conferenceName(code) {
  const known = seen.get(code.toLowerCase());
  const element = h("span", { class: "conference-name" }, known ? known.name : "\u00a0");
  if (!known) {
    recallConference(code).then(
      (conference) => (element.textContent = conference.name),
      () => (element.textContent = code), // unpublished since, or no network: the page does without
    );
  }
  return element;
}

/** @param {string} code */
export function conferencePath(code) {
  return `/api/conferences/${encodeURIComponent(code)}`;
}
