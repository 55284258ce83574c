/** The bundle as this learner reads it: in one language, with the fields of one variant. Pure. */

const FIELD = /\{([a-z0-9_-]+\.[a-z0-9_-]+)\}/g;

/**
 * The language to play in: the first wish that the bundle can meet, exactly or by its primary subtag (RFC 4647 3.4).
 * @param {object} bundle
 * @param {string[]} wishes the LMS's learner language first, then the browser's
 * @returns {string}
 */
export function choose(bundle, wishes) {
  const offered = [bundle.language, ...Object.keys(bundle.languages ?? {})];
  const normal = (tag) => tag.toLowerCase().replaceAll("_", "-");
  const primary = (tag) => normal(tag).split("-")[0];
  for (const wish of wishes) {
    if (!wish) continue;
    const found = offered.find((tag) => normal(tag) === normal(wish))
      ?? offered.find((tag) => primary(tag) === primary(wish));
    if (found) return found;
  }
  return bundle.language;
}

/**
 * The bundle with a language's texts laid over it; the bundle itself is left alone.
 * @param {object} bundle
 * @param {string} language one that `choose` answered
 * @returns {object}
 */
export function apply(bundle, language) {
  const overlay = language === bundle.language ? undefined : bundle.languages[language];
  if (!overlay) return bundle;
  const {languages, ...rest} = bundle;
  const result = {...structuredClone(rest), language, dir: overlay.dir};
  for (const [path, text] of Object.entries(overlay.texts)) replace(result, path, text);
  return result;
}

/**
 * The bundle with every `{pool.field}` replaced by what the play's variant says.
 * @param {object} bundle
 * @param {function(string): number} option the index of a pool's option in this play
 * @returns {object}
 */
export function filled(bundle, option) {
  const fields = new Map();
  for (const [pool, {options}] of Object.entries(bundle.variants ?? {})) {
    const own = Object.entries(options[option(pool)].fields ?? {});
    for (const [field, text] of own) fields.set(`${pool}.${field}`, text);
  }
  if (fields.size === 0) return bundle;
  const fill = (value) => {
    if (typeof value === "string") return value.replace(FIELD, (all, name) => fields.get(name) ?? all);
    if (Array.isArray(value)) return value.map(fill);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]));
  };
  const {words, variants, ...rest} = bundle;
  return {...fill(rest), words, variants};
}

/** Word keys and ids may hold dots: at each level the longest key that fits is taken. */
function replace(tree, path, text) {
  const keys = path.split(".");
  let at = tree;
  for (let from = 0; from < keys.length;) {
    let to = keys.length;
    while (to > from && !Object.hasOwn(at, keys.slice(from, to).join("."))) to -= 1;
    const key = keys.slice(from, to).join(".");
    const last = to === keys.length;
    if (to === from || (!last && typeof at[key] !== "object")) throw new Error(`no text at "${path}"`);
    if (last) at[key] = text;
    else at = at[key];
    from = to;
  }
}
