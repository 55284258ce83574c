/** Name-based UUIDs, version 5 (RFC 9562, 5.5): the same name gives the same UUID, on any device and in any language. */

/** The UUID of a name in a namespace, itself a UUID. The browser's own SHA-1 is there on https pages only, and waits. */
export function uuid5(namespace, name) {
  const space = namespace.replaceAll("-", "").match(/../g).map((pair) => parseInt(pair, 16));
  const bytes = sha1([...space, ...new TextEncoder().encode(name)]).slice(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** SHA-1 of bytes (FIPS 180-4, 6.1): for names, not for secrets. */
function sha1(message) {
  const zeros = new Array((119 - (message.length % 64)) % 64).fill(0);
  const bytes = [...message, 0x80, ...zeros, 0, 0, 0, 0, ...spelled(message.length * 8)];
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < bytes.length; at += 64) {
    const words = Array.from({length: 16}, (_, n) => word(bytes, at + 4 * n));
    for (let n = 16; n < 80; n += 1) words.push(turned(words[n - 3] ^ words[n - 8] ^ words[n - 14] ^ words[n - 16], 1));
    let [a, b, c, d, e] = state;
    for (let n = 0; n < 80; n += 1) {
      const [mixed, constant] = ROUNDS[Math.floor(n / 20)];
      [a, b, c, d, e] = [(turned(a, 5) + mixed(b, c, d) + e + constant + words[n]) | 0, a, turned(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((value, n) => { state[n] = (state[n] + value) | 0; });
  }
  return state.flatMap(spelled);
}

const ROUNDS = [
  [(b, c, d) => (b & c) | (~b & d), 0x5a827999],
  [(b, c, d) => b ^ c ^ d, 0x6ed9eba1],
  [(b, c, d) => (b & c) | (b & d) | (c & d), 0x8f1bbcdc],
  [(b, c, d) => b ^ c ^ d, 0xca62c1d6],
];

function spelled(value) {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}

function word(bytes, at) {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function turned(value, by) {
  return (value << by) | (value >>> (32 - by));
}
