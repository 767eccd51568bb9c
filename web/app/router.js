/** From page to page without loading the site again, on the History API. */

import { announce } from "./announce.js";
import { ApiError, isAbort } from "./api-error.js";
import { problemPage } from "./components/problem.js";
import { skeleton } from "./components/skeleton.js";
import { byId } from "./dom.js";
import { loadMessages, t } from "./i18n.js";
import { routeOf } from "./routes.js";
import { markCurrentPage } from "./shell.js";
import { loadStyles } from "./styles.js";

/** @import { Route } from "./routes.js" */
/** @typedef {{ title: string, content: Node }} Page `content` has the one h1 */
/**
 * @typedef {object} Visit
 * @property {Record<string, string>} params of the path
 * @property {URLSearchParams} query
 * @property {AbortSignal} signal says when the page was left
 * @property {(page: Page) => void} show another page at the same address, unless it was left meanwhile
 */
/** @typedef {(visit: Visit) => Page | Promise<Page>} PageMaker */
/** @typedef {() => Promise<boolean>} LeaveGuard resolves to whether the page may be left */

const SKELETON_AFTER_MILLISECONDS = 150;

let controller = new AbortController();
/** @type {ReturnType<typeof setTimeout> | undefined} off once anything shows, also of a page that is not done */
let skeletonTimer;
/** @type {LeaveGuard | null} */
let guard = null;
/** @type {{ index: number, key: string }} */
let here = { index: 0, key: crypto.randomUUID() };
/** @type {Map<string, number>} */
const scrolledTo = new Map();
let returning = false;

/** Show the page of the address, and take over links and the back button from now on. */
export function startRouter() {
  history.scrollRestoration = "manual";
  here = history.state ?? here;
  history.replaceState(here, "");
  document.addEventListener("click", followLink);
  document.addEventListener("pointerover", warmUp, { passive: true });
  document.addEventListener("focusin", warmUp);
  addEventListener("popstate", followHistory);
  // A page out of the back-forward cache is as it was left, with buttons that still seem to work.
  addEventListener("pageshow", (event) => event.persisted && void refresh());
  return render({ focus: false });
}

/**
 * Go to another page of ours.
 * @param {string} to path and query
 * @param {{ replace?: boolean, signal?: AbortSignal }} [how] `replace` leaves no way back to the present page; with the
 *   `signal` of a visit it throws when that page was left before
 */
export async function navigate(to, { replace = false, signal } = {}) {
  signal?.throwIfAborted();
  if (!(await mayLeave())) return;
  scrolledTo.set(here.key, scrollY);
  here = { index: here.index + (replace ? 0 : 1), key: crypto.randomUUID() };
  if (replace) history.replaceState(here, "", to);
  else history.pushState(here, "", to);
  await render();
}

/**
 * Make the present page anew, say in another language.
 * @param {{ focus?: boolean, signal?: AbortSignal }} [how] `signal` as with `navigate`
 */
export async function refresh({ focus = true, signal } = {}) {
  signal?.throwIfAborted();
  return render({ focus, scroll: scrollY });
}

/**
 * Ask before the present page is left; null lifts it.
 * @param {LeaveGuard | null} ask
 */
export function guardLeaving(ask) {
  guard = ask;
}

/** @param {MouseEvent} event */
function followLink(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.download) return;
  const url = new URL(link.href);
  const inPage = url.hash && url.pathname === location.pathname && url.search === location.search;
  if (url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  event.preventDefault();
  if (inPage) byId(url.hash.slice(1), HTMLElement).focus();
  else void navigate(url.pathname + url.search);
}

/** @param {PopStateEvent} event */
async function followHistory(event) {
  if (returning) {
    returning = false;
    return;
  }
  if (event.state === null) {
    here = { index: here.index + 1, key: crypto.randomUUID() }; // she typed a fragment of the present page
    history.replaceState(here, "");
    return;
  }
  const there = event.state;
  const steps = there.index - here.index;
  if (guard && steps !== 0) {
    returning = true;
    history.go(-steps); // the address has changed already; put it back while asking
    if (await mayLeave()) history.go(steps);
    return;
  }
  guard = null;
  scrolledTo.set(here.key, scrollY);
  here = there;
  await render({ scroll: scrolledTo.get(there.key) ?? 0 });
}

async function mayLeave() {
  if (guard && !(await guard())) return false;
  guard = null;
  return true;
}

/** @param {{ focus?: boolean, scroll?: number }} [how] */
async function render({ focus = true, scroll = 0 } = {}) {
  controller.abort();
  controller = new AbortController();
  guard = null;
  const { signal } = controller;
  clearTimeout(skeletonTimer);
  skeletonTimer = setTimeout(showSkeleton, SKELETON_AFTER_MILLISECONDS);
  const page = await pageHere(signal);
  if (!signal.aborted) show(page, { focus, scroll });
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Page>}
 */
async function pageHere(signal) {
  const { route, params } = routeOf(location.pathname);
  markCurrentPage(location.pathname);
  try {
    const page = await load(route);
    document.body.dataset.shell = route.shell ?? "ours";
    const query = new URLSearchParams(location.search);
    return await page({ params, query, signal, show: (next) => signal.aborted || show(next) });
  } catch (error) {
    const ofTheApi = error instanceof ApiError && error.kind !== "renewed";
    if (!(error instanceof ApiError) && !isAbort(error)) console.error(error); // a fault of ours
    return problemPage(error, () => (ofTheApi ? void refresh() : location.reload()));
  }
}

/**
 * The maker of a route's page, with the texts it needs.
 * @param {Route} route
 */
async function load(route) {
  try {
    const [{ page }] = await Promise.all([route.load(), loadStyles(route.styles), ...route.texts.map(loadMessages)]);
    return page;
  } catch {
    // A module that could not be loaded, or linked to those of the release before, fails for as long as the tab lives.
    throw new ApiError(navigator.onLine ? "renewed" : "offline");
  }
}

/**
 * Load the page of a link that she is about to follow.
 * @param {Event} event
 */
function warmUp({ target }) {
  const link = target instanceof Element ? target.closest("a") : null;
  if (link?.origin !== location.origin) return;
  load(routeOf(link.pathname).route).catch(() => {}); // it is loaded again, and said, when she follows it
}

function showSkeleton() {
  const main = byId("main", HTMLElement);
  main.replaceChildren(skeleton());
  main.setAttribute("aria-busy", "true");
  announce(t("shell.loading"));
}

/**
 * @param {Page} page
 * @param {{ focus?: boolean, scroll?: number }} [how]
 */
function show(page, { focus = true, scroll = 0 } = {}) {
  clearTimeout(skeletonTimer);
  const main = byId("main", HTMLElement);
  main.replaceChildren(page.content);
  main.removeAttribute("aria-busy");
  document.title = t("shell.title", { page: page.title });
  scrollTo({ top: scroll, behavior: "instant" });
  if (focus) focusHeading(main);
}

/** @param {HTMLElement} main */
function focusHeading(main) {
  const heading = main.querySelector("h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
