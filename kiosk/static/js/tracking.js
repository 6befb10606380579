/** The Prüfnummer from a commitment: its first 60 bits (backend/transparency/ballots.py), for when no answer came. */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** @param {string} commitment hex */
export function trackingCode(commitment) {
  const bits = BigInt(`0x${commitment.slice(0, 15)}`);
  const signs = Array.from({ length: 12 }, (_, place) => ALPHABET[Number((bits >> BigInt(5 * (11 - place))) & 31n)]);
  return (signs.join("").match(/.{4}/g) ?? []).join("-");
}
