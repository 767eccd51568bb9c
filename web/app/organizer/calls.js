/** Calls of the API as an organizer. */

import { call } from "../api.js";
import { ApiError } from "../api-error.js";
import { credentials, signOut } from "./session.js";
import { signInAgain } from "./sign-in-again.js";

/** @import { CallOptions } from "../api.js" */

/**
 * Whoever was signed out meanwhile is asked to sign in before anything that she did is lost.
 * Throws ApiError, with status 401 when she is not signed in and only wanted to read, or did not want to sign in.
 * @param {string} code
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path below the conference, such as "/orders"
 * @param {CallOptions} [options]
 * @returns {Promise<any>}
 */
export function callAsOrganizer(code, method, path, options = {}) {
  return callSignedIn(code, method, `/api/management/conferences/${encodeURIComponent(code)}${path}`, options);
}

/**
 * The same for what is not below the conference but belongs to it.
 * @param {string} code
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} url such as "/api/orders/{orderId}/registrant"
 * @param {CallOptions} [options]
 * @returns {Promise<any>}
 */
export async function callSignedIn(code, method, url, options = {}) {
  const attempt = () => call(method, url, { ...options, headers: credentials(code) });
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    signOut(code);
    if (method === "GET" || !(await signInAgain(code))) throw error;
    return attempt();
  }
}
