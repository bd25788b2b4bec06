// Chunks that no server has acknowledged, in IndexedDB, for the next page to send. Every failure means: no store.

const DATABASE = "footfall";
const CHUNKS = "chunks";
const MAX_AGE_MS = 24 * 60 * 60 * 1000;
const MAX_BYTES = 4 * 1024 * 1024;

export interface StoredChunk {
  readonly key: string;
  readonly project: string;
  readonly session: string;
  readonly tab: string;
  readonly token: string;
  /** ms since 1970, when it was put here. */
  readonly at: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface Store {
  readonly put: (chunk: StoredChunk) => void;
  readonly delete: (key: string) => void;
  /** What is kept, oldest first, within the bounds of age and bytes; the rest is deleted. */
  readonly all: () => Promise<readonly StoredChunk[]>;
  readonly clear: () => void;
}

export function createStore(): Store {
  const opening = new Promise<IDBDatabase | undefined>((done) => {
    try {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(CHUNKS, { keyPath: "key" });
      request.onsuccess = () => done(request.result);
      request.onerror = () => done(undefined);
    } catch {
      done(undefined);
    }
  });

  /** Undefined stands for "no store" as well as for "no result". */
  const run = async <T>(
    work: (chunks: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | undefined> => {
    const database = await opening;
    if (!database) return undefined;
    return new Promise((done) => {
      try {
        const request = work(database.transaction(CHUNKS, "readwrite").objectStore(CHUNKS));
        request.onsuccess = () => done(request.result);
        request.onerror = (event) => {
          event.preventDefault();
          done(undefined);
        };
      } catch {
        done(undefined);
      }
    });
  };

  const remove = (key: string) => void run((chunks) => chunks.delete(key));

  return {
    put: (chunk) => void run((chunks) => chunks.put(chunk)),
    delete: remove,
    async all() {
      const found: StoredChunk[] = (await run((chunks) => chunks.getAll())) ?? [];
      found.sort((a, b) => b.at - a.at);
      let bytes = 0;
      const kept = found.filter((chunk) => {
        bytes += chunk.body.length;
        const fits = bytes <= MAX_BYTES && Date.now() - chunk.at < MAX_AGE_MS;
        if (!fits) remove(chunk.key);
        return fits;
      });
      return kept.reverse();
    },
    clear: () => void run((chunks) => chunks.clear()),
  };
}
