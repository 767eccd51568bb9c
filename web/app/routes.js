/** Which page is where. Pages are loaded when they are first visited. */

/** @import { Area } from "./i18n.js" */
/** @import { PageMaker } from "./router.js" */

/**
 * @typedef {object} Route
 * @property {string} path segments; those that begin with a colon are parameters
 * @property {Area[]} texts that it needs
 * @property {string[]} styles that it needs beyond those of every page
 * @property {"processor"} [shell] whose house it is in, if not ours
 * @property {() => Promise<{ page: PageMaker }>} load
 */
/** @typedef {Pick<Route, "texts" | "styles">} Needs */

/** @type {Needs} */
const catalogue = { texts: ["catalogue"], styles: ["conferences", "seats"] };
/** @type {Needs} */
const order = { texts: ["catalogue", "orders"], styles: ["seats", "orders"] };
/** @type {Needs} */
const organizer = { texts: ["organizer"], styles: ["organizer", "figures"] };

/** @type {Route[]} */
export const routes = [
  { path: "/", texts: ["catalogue"], styles: ["conferences"], load: () => import("./pages/home.js") },
  { path: "/conferences/:code", ...catalogue, load: () => import("./pages/conference.js") },
  { path: "/orders/:orderId", ...order, load: () => import("./pages/order.js") },
  { path: "/orders/:orderId/seats", ...order, load: () => import("./pages/assign-seats.js") },
  { path: "/find-order", ...order, load: () => import("./pages/find-order.js") },
  {
    path: "/payment-processor",
    texts: ["orders"],
    styles: ["processor"],
    shell: "processor",
    load: () => import("./pages/payment-processor.js"),
  },
  { path: "/organizer", ...organizer, load: () => import("./organizer/start.js") },
  // Two segments of which no conference has the second: the first may be the code of one.
  { path: "/organizer/create/conference", ...organizer, load: () => import("./organizer/create.js") },
  { path: "/organizer/:code", ...organizer, load: () => import("./organizer/overview.js") },
  { path: "/organizer/:code/details", ...organizer, load: () => import("./organizer/details.js") },
  { path: "/organizer/:code/seat-types", ...organizer, load: () => import("./organizer/seat-types.js") },
  { path: "/organizer/:code/orders", ...organizer, load: () => import("./organizer/orders.js") },
];

/** @type {Route} */
export const notFound = { path: "", texts: ["catalogue"], styles: [], load: () => import("./pages/not-found.js") };

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
