/** Reading a signed checkpoint (C2SP tlog-checkpoint, signed-note) and checking the town's signature. */

/** @param {string} text base64 */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/**
 * @typedef {object} Checkpoint
 * @property {string} text what is signed
 * @property {string} origin
 * @property {number} size
 * @property {Uint8Array} root
 * @property {{ name: string, blob: Uint8Array }[]} signatures
 */

/**
 * @param {string} file
 * @returns {Checkpoint}
 */
export function parseCheckpoint(file) {
  const [text, rest] = file.split("\n\n");
  const [origin, size, root] = text.split("\n");
  const signatures = (rest ?? "").split("\n").filter(Boolean).map((line) => {
    const [, name, blob] = line.split(" ");
    return { name, blob: fromBase64(blob) };
  });
  return { text: `${text}\n`, origin, size: Number(size), root: fromBase64(root), signatures };
}

/**
 * Tell whether the key signed the checkpoint; null where the browser cannot check Ed25519 (or is not on HTTPS).
 * @param {Checkpoint} checkpoint
 * @param {string} vkey `name+id+base64(type, key)`
 * @returns {Promise<boolean | null>}
 */
export async function isSigned(checkpoint, vkey) {
  const name = vkey.split("+")[0];
  const key = fromBase64(vkey.split("+").slice(2).join("+")).slice(1);
  const line = checkpoint.signatures.find((signature) => signature.name === name);
  if (!line) return false;
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    const message = new TextEncoder().encode(checkpoint.text);
    return await crypto.subtle.verify("Ed25519", imported, line.blob.slice(4), message);
  } catch {
    return null;
  }
}
