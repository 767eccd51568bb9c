/** Which page is where. Pages are loaded when they are first visited. */

/** @import { Area } from "./i18n.js" */
/** @import { PageMaker } from "./router.js" */

/**
 * @typedef {object} Route
 * @property {string} path segments; those that begin with a colon are parameters
 * @property {Area} area whose texts it needs
 * @property {"processor"} [shell] whose house it is in, if not ours
 * @property {() => Promise<{ page: PageMaker }>} load
 */

/** @type {Route[]} */
export const routes = [
  { path: "/", area: "registration", load: () => import("./pages/home.js") },
  { path: "/conferences/:code", area: "registration", load: () => import("./pages/conference.js") },
  { path: "/orders/:orderId", area: "registration", load: () => import("./pages/order.js") },
  { path: "/orders/:orderId/seats", area: "registration", load: () => import("./pages/assign-seats.js") },
  { path: "/find-order", area: "registration", load: () => import("./pages/find-order.js") },
  { path: "/payment-processor", area: "registration", shell: "processor", load: () => import("./pages/payment-processor.js") },
  { path: "/organizer", area: "organizer", load: () => import("./organizer/start.js") },
  { path: "/organizer/create", area: "organizer", load: () => import("./organizer/create.js") },
  { path: "/organizer/:code", area: "organizer", load: () => import("./organizer/overview.js") },
  { path: "/organizer/:code/details", area: "organizer", load: () => import("./organizer/details.js") },
  { path: "/organizer/:code/seat-types", area: "organizer", load: () => import("./organizer/seat-types.js") },
  { path: "/organizer/:code/orders", area: "organizer", load: () => import("./organizer/orders.js") },
];

/** @type {Route} */
export const notFound = { path: "", area: "registration", load: () => import("./pages/not-found.js") };

/**
 * The route of a path, with its parameters.
 * @param {string} path
 * @returns {{ route: Route, params: Record<string, string> }}
 */
export function routeOf(path) {
  const segments = segmentsOf(path);
  for (const route of routes) {
    const params = match(segmentsOf(route.path), segments);
    if (params) return { route, params };
  }
  return { route: notFound, params: {} };
}

/** @param {string} path */
function segmentsOf(path) {
  return path.split("/").filter(Boolean);
}

/**
 * @param {string[]} pattern
 * @param {string[]} segments
 */
function match(pattern, segments) {
  if (pattern.length !== segments.length) return null;
  /** @type {Record<string, string>} */
  const params = {};
  for (const [index, part] of pattern.entries()) {
    const segment = decoded(segments[index] ?? "");
    if (part.startsWith(":")) params[part.slice(1)] = segment;
    else if (part !== segment) return null;
  }
  return params;
}

/** @param {string} segment */
function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // "%" alone; it will not be found
  }
}
