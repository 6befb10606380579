/** The device's own key. Its private half cannot leave the browser's key store. */

/** @import { Identity } from "./types.js" */

/** @param {ArrayBuffer} bytes */
function base64(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

/**
 * Make a key; without a secure context only where `mayBeInsecure` allows it, as in a demo on a local network.
 * @param {boolean} mayBeInsecure
 * @returns {Promise<{publicKey: string, key: CryptoKey | null} | null>}
 */
export async function newKey(mayBeInsecure) {
  if (!globalThis.crypto.subtle) {
    if (!mayBeInsecure) return null;
    return { publicKey: base64(crypto.getRandomValues(new Uint8Array(32)).buffer), key: null };
  }
  const pair = await make({ name: "Ed25519" }).catch(() => make({ name: "ECDSA", namedCurve: "P-256" }));
  return { publicKey: base64(await crypto.subtle.exportKey("spki", pair.publicKey)), key: pair.privateKey };
}

/**
 * @param {EcKeyGenParams | Algorithm} kind
 * @returns {Promise<CryptoKeyPair>}
 */
async function make(kind) {
  return /** @type {CryptoKeyPair} */ (await crypto.subtle.generateKey(kind, false, ["sign", "verify"]));
}

/**
 * @param {{publicKey: string, key: CryptoKey | null}} made
 * @param {{kiosk: string, token: string, fingerprint: string}} answer
 * @returns {Identity}
 */
export function identityOf(made, answer) {
  return { ...made, id: answer.kiosk, token: answer.token, fingerprint: answer.fingerprint };
}
