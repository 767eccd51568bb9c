/** Calls of the HTTP API on our own origin. */

import { ApiError } from "./api-error.js";
import { learnServerTime } from "./clock.js";

/**
 * @typedef {object} CallOptions
 * @property {unknown} [body] sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal] gives up without an error to show
 * @property {boolean} [repeatable] whether doing it twice does it once; said of POSTs, true of all else
 * @property {number} [timeout] seconds for one try
 */

const TIMEOUT_SECONDS = 20;
const PAUSES_MILLISECONDS = [400, 1200];
const LONGEST_PAUSE_SECONDS = 5;

/**
 * The JSON that the API answers, or null for none. What may be repeated is tried up to three times.
 * Throws ApiError, or an AbortError once `signal` says so.
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path
 * @param {CallOptions} [options]
 * @returns {Promise<any>}
 */
export async function call(method, path, options = {}) {
  const repeatable = options.repeatable ?? method !== "POST";
  options.signal?.throwIfAborted();
  if (!navigator.onLine) throw new ApiError("offline"); // only before the first try: later nobody knows what was sent
  for (let attempt = 0; ; attempt++) {
    try {
      return await attemptCall(method, path, options);
    } catch (error) {
      const pause = PAUSES_MILLISECONDS[attempt];
      if (!(error instanceof ApiError) || pause === undefined || !worthRepeating(error, repeatable)) throw error;
      await sleep(Math.max(pause * (0.75 + Math.random() / 2), (error.retryAfter ?? 0) * 1000), options.signal);
    }
  }
}

/**
 * @param {ApiError} error
 * @param {boolean} repeatable
 */
function worthRepeating(error, repeatable) {
  const soon = (error.retryAfter ?? 0) <= LONGEST_PAUSE_SECONDS;
  return repeatable && error.isTransient && error.kind !== "timeout" && soon;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {CallOptions} options
 */
async function attemptCall(method, path, { body, headers = {}, signal, timeout = TIMEOUT_SECONDS }) {
  const askedAt = Date.now();
  const tooLong = AbortSignal.timeout(timeout * 1000);
  try {
    const response = await fetch(path, {
      method,
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, tooLong]) : tooLong,
      cache: "no-store",
      credentials: "omit",
    });
    learnServerTime(response.headers.get("Date"), askedAt, Date.now());
    return await answerOf(response);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    signal?.throwIfAborted();
    if (tooLong.aborted) throw new ApiError("timeout");
    throw new ApiError("network");
  }
}

/** @param {Response} response */
async function answerOf(response) {
  const isJson = /[/+]json\b/.test(response.headers.get("Content-Type") ?? "");
  const text = await response.text();
  if (response.ok) return isJson && text ? JSON.parse(text) : null;
  const problem = isJson ? parsed(text) : {};
  const retryAfter = Number(response.headers.get("Retry-After") ?? NaN);
  throw new ApiError("answer", {
    ...problem,
    status: response.status,
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : null,
  });
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a gateway in between answered; the status says enough
  }
}

/**
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
