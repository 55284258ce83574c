/** Finds the object through which an LMS listens. */

const STEPS = 500; // as in SCORM 2004 RTE 3.3.1; the 7 of 1.2's sample are few for nested portals

/**
 * The LMS's API: in this window or the nearest parent with it, else by way of the opener, else of the top's opener
 * (SCORM 1.2 RTE 3.3.6, SCORM 2004 RTE 3.3.1). Only the one name counts: a package knows its own edition.
 * @param {Window} win
 * @param {string} name "API" or "API_1484_11"
 * @param {string} initialize the function that makes it an API: an element with id="API" is not one
 * @returns {object|null}
 */
export function findApi(win, name, initialize) {
  const ways = [() => win, () => win.opener, () => win.top.opener];
  for (const way of ways) {
    let here = attempt(way);
    for (let step = 0; here && step < STEPS; step += 1) {
      const found = attempt(() => here[name]);
      if (typeof attempt(() => found[initialize]) === "function") return found;
      const above = attempt(() => here.parent);
      here = above === here ? null : above;
    }
  }
  return null;
}

/** A window of another origin throws at each touch: the API isn't there. */
function attempt(look) {
  try {
    return look();
  } catch {
    return null;
  }
}
