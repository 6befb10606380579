/**
 * What the kiosk keeps and hears. Types only.
 *
 * @typedef {import("../../js/ballot/types.js").Poll} Poll
 * @typedef {import("../../js/ballot/types.js").State} State
 * @typedef {import("../../js/ballot/codes.js").Choices} Choices
 * @typedef {{id: string, poll: string, card: string, choices: Choices, nonce: string, pad: number}} Cast
 * @typedef {{id: string, token: string, fingerprint: string, publicKey: string, key: CryptoKey | null}} Identity
 * @typedef {{status: number, fields: any}} Answer status 0: nothing came back
 * @typedef {{org: string, place: string, help: {desk: string, phone: string, hours: string},
 *   dates: {title: Record<string, string>, starts_at: string}[], clips: Record<string, string>}} Surroundings
 * @typedef {{all: () => Promise<Cast[]>, put: (cast: Cast) => Promise<void>, remove: (id: string) => Promise<void>}} Shelf
 */
export {};
