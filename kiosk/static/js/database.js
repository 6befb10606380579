/** IndexedDB of this device: who it is, and ballots that have not arrived. A ballot is on the disk before anyone is told. */

/** @import { Cast, Identity, Shelf } from "./types.js" */

const NAME = "machmit-kiosk";
const SELF = "self";
const PICTURE = "picture";

/** @returns {Promise<IDBDatabase>} */
export function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("device");
      request.result.createObjectStore("queue", { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * One transaction that is finished when it is on the disk.
 * @template T
 * @param {IDBDatabase} database
 * @param {string} store
 * @param {(store: IDBObjectStore) => IDBRequest<T>} step
 * @returns {Promise<T>}
 */
function write(database, store, step) {
  return new Promise((resolve, reject) => {
    const work = database.transaction(store, "readwrite", { durability: "strict" });
    const request = step(work.objectStore(store));
    work.oncomplete = () => resolve(request.result);
    work.onabort = work.onerror = () => reject(work.error ?? request.error);
  });
}

/**
 * @param {IDBDatabase} database
 * @returns {Shelf}
 */
export function shelf(database) {
  return {
    all: () => write(database, "queue", (store) => store.getAll()),
    put: async (cast) => { await write(database, "queue", (store) => store.put(cast)); },
    remove: async (id) => { await write(database, "queue", (store) => store.delete(id)); },
  };
}

/**
 * @param {IDBDatabase} database
 * @returns {Promise<Identity | undefined>}
 */
export function readIdentity(database) {
  return write(database, "device", (store) => store.get(SELF));
}

/**
 * @param {IDBDatabase} database
 * @param {Identity} identity
 */
export function keepIdentity(database, identity) {
  return write(database, "device", (store) => store.put(identity, SELF));
}

/**
 * @param {IDBDatabase} database
 * @param {string} picture public state of the meeting, as JSON
 */
export function keepPicture(database, picture) {
  return write(database, "device", (store) => store.put(picture, PICTURE));
}

/**
 * @param {IDBDatabase} database
 * @returns {Promise<string | undefined>}
 */
export function readPicture(database) {
  return write(database, "device", (store) => store.get(PICTURE));
}

/** @param {IDBDatabase} database */
export function forgetIdentity(database) {
  return write(database, "device", (store) => store.delete(SELF));
}
